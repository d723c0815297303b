import * as tf from '@tensorflow/tfjs-core';
import { resampleMatrix, ZooError } from '../core/index.js';
import type { InterpolationMode } from './interpolation.js';
import { spatialSize } from './tensor-image.js';

/** The resize of one direction as a matrix [inSize, outSize], to be multiplied from the right. */
function resizeMatrix(inSize: number, outSize: number, mode: InterpolationMode, antialias: boolean): tf.Tensor2D {
  if (mode === 'box' || mode === 'hamming' || mode === 'lanczos') {
    throw new ZooError(
      `Resize: expected interpolation nearest, nearest-exact, bilinear or bicubic for a tensor, got '${mode}'. Resize the 8-bit image before ToTensor, or choose another.`,
    );
  }
  return tf.transpose(tf.tensor2d(resampleMatrix({ inSize, outSize, mode, antialias }), [outSize, inSize]));
}

/** Multiplies the last axis of a rank-4 tensor by a matrix. Rank 2 inside, for every backend multiplies that fast. */
function multiplyLastAxis(x: tf.Tensor4D, matrix: tf.Tensor2D): tf.Tensor4D {
  const [a, b, c, d] = x.shape;
  return tf.reshape(tf.matMul(tf.reshape(x, [a * b * c, d]), matrix), [a, b, c, matrix.shape[1]]);
}

/**
 * Resizes float tensors as torchvision does: unrounded, unclamped, differentiable.
 *
 * The resize is linear and separable, so it is two matrix products, on any backend.
 */
export function resampleTensor(
  x: tf.Tensor,
  height: number,
  width: number,
  mode: InterpolationMode,
  antialias: boolean,
): tf.Tensor {
  const [inHeight, inWidth] = spatialSize(x);
  if (height === inHeight && width === inWidth) return tf.clone(x);
  return tf.tidy(() => {
    const batch = (x.rank === 3 ? tf.expandDims(x, 0) : x) as tf.Tensor4D; // [N, H, W, C]
    const down = multiplyLastAxis(
      tf.transpose(batch, [0, 2, 3, 1]), // [N, W, C, H]
      resizeMatrix(inHeight, height, mode, antialias),
    );
    const across = multiplyLastAxis(
      tf.transpose(down, [0, 3, 2, 1]), // [N, height, C, W]
      resizeMatrix(inWidth, width, mode, antialias),
    );
    const resized = tf.transpose(across, [0, 1, 3, 2]); // [N, height, width, C]
    return x.rank === 3 ? tf.squeeze(resized, [0]) : resized;
  });
}
