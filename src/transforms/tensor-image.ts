import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';

/** `[height, width]` of a channels-last image tensor. */
export function spatialSize(x: tf.Tensor): [number, number] {
  return [x.shape.at(-3)!, x.shape.at(-2)!];
}

/** @throws ShapeError unless `x` is a float tensor `[H, W, C]` or `[N, H, W, C]`. */
export function checkImageTensor(who: string, x: tf.Tensor): void {
  if (x.rank !== 3 && x.rank !== 4) {
    throw new ShapeError(
      `${who}: expected a tensor [H, W, C] or [N, H, W, C], got shape [${x.shape.join(', ')}]. Add or remove axes with tf.expandDims or tf.squeeze.`,
    );
  }
  if (x.shape.includes(0)) {
    throw new ShapeError(
      `${who}: expected an image with at least one pixel, got shape [${x.shape.join(', ')}]. Check where the tensor comes from.`,
    );
  }
  if (x.dtype !== 'float32') {
    throw new ShapeError(
      `${who}: expected a float32 tensor, got ${x.dtype} of shape [${x.shape.join(', ')}]. Make it with ToTensor, or tf.cast it and divide by 255.`,
    );
  }
}
