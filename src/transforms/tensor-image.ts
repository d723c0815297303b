import * as tf from '@tensorflow/tfjs-core';
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

/** @throws ShapeError unless `x` is an image tensor of red, green and blue, or of one channel. */
export function checkColors(who: string, x: tf.Tensor): void {
  const channels = x.shape.at(-1);
  if (channels === 3 || channels === 1) return;
  throw new ShapeError(
    `${who}: expected 3 channels or 1 (last axis), got shape [${x.shape.join(', ')}]. If this is [C, H, W], transpose it with [1, 2, 0].`,
  );
}

/** @throws ShapeError for what is no tensor, an 8-bit image above all. */
export function expectTensor(who: string, image: tf.Tensor): void {
  if (image instanceof tf.Tensor) return;
  throw new ShapeError(`${who}: expected a float tensor, got ${typeof image}. Put ToTensor before it.`);
}
