import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import { cubic, filterOf, type InterpolationMode, resampleWeights } from './interpolation.js';
import { spatialSize } from './tensor-image.js';

/** Adds weight `w` of input `j` to output `i` of a resize in one dimension. */
type AddWeight = (i: number, j: number, w: number) => void;

function addAntialiased(inSize: number, outSize: number, mode: 'bilinear' | 'bicubic', add: AddWeight): void {
  const { first, count, values, taps } = resampleWeights(inSize, outSize, filterOf(mode)!);
  for (let i = 0; i < outSize; i++) {
    for (let j = 0; j < count[i]!; j++) add(i, first[i]! + j, values[i * taps + j]!);
  }
}

/** Two taps around each output pixel's centre; positions before the first pixel's centre count as that centre. */
function addBilinear(inSize: number, outSize: number, add: AddWeight): void {
  for (let i = 0; i < outSize; i++) {
    const position = Math.max(((i + 0.5) * inSize) / outSize - 0.5, 0);
    const left = Math.min(Math.floor(position), inSize - 1);
    const fraction = position - left;
    add(i, left, 1 - fraction);
    add(i, Math.min(left + 1, inSize - 1), fraction);
  }
}

/** Four taps; those beyond the border repeat the border pixel. */
function addBicubic(inSize: number, outSize: number, add: AddWeight): void {
  const { weight } = cubic(-0.75);
  for (let i = 0; i < outSize; i++) {
    const position = ((i + 0.5) * inSize) / outSize - 0.5;
    const left = Math.floor(position);
    for (let j = left - 1; j <= left + 2; j++) add(i, Math.min(Math.max(j, 0), inSize - 1), weight(j - position));
  }
}

function addNearest(inSize: number, outSize: number, offset: 0 | 0.5, add: AddWeight): void {
  // PyTorch computes the position in float32, which decides ties.
  const scale = Math.fround(inSize / outSize);
  for (let i = 0; i < outSize; i++) {
    add(i, Math.min(Math.floor(Math.fround((i + offset) * scale)), inSize - 1), 1);
  }
}

/** The resize of one dimension as a matrix [inSize, outSize], to be multiplied from the right. */
function resizeMatrix(inSize: number, outSize: number, mode: InterpolationMode, antialias: boolean): tf.Tensor2D {
  const matrix = new Float32Array(inSize * outSize);
  const add: AddWeight = (i, j, w) => {
    matrix[j * outSize + i]! += w;
  };
  if (mode === 'nearest') addNearest(inSize, outSize, 0, add);
  else if (mode === 'nearest-exact') addNearest(inSize, outSize, 0.5, add);
  else if (mode !== 'bilinear' && mode !== 'bicubic') {
    throw new ZooError(
      `Resize: expected interpolation nearest, nearest-exact, bilinear or bicubic for a tensor, got '${mode}'. Resize the 8-bit image before ToTensor, or choose another.`,
    );
  } else if (antialias) addAntialiased(inSize, outSize, mode, add);
  else if (mode === 'bilinear') addBilinear(inSize, outSize, add);
  else addBicubic(inSize, outSize, add);
  return tf.tensor2d(matrix, [inSize, outSize]);
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
    const across = multiplyLastAxis(
      tf.transpose(batch, [0, 1, 3, 2]), // [N, H, C, W]
      resizeMatrix(inWidth, width, mode, antialias),
    );
    const down = multiplyLastAxis(
      tf.transpose(across, [0, 3, 2, 1]), // [N, width, C, H]
      resizeMatrix(inHeight, height, mode, antialias),
    );
    const resized = tf.transpose(down, [0, 3, 1, 2]); // [N, height, width, C]
    return x.rank === 3 ? tf.squeeze(resized, [0]) : resized;
  });
}
