import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { checkImageTensor, expectTensor, spatialSize } from '../tensor-image.js';

export interface EraseOptions {
  /** Accepted, and changes nothing: tensors of TensorFlow.js cannot be written to. Default false. */
  inplace?: boolean;
}

/**
 * Puts other values into a rectangle of an image.
 *
 * Shape: a float tensor `[H, W, C]` or `[N, H, W, C]`, to the same shape; `v` is `[h, w, C]` or `[N, h, w, C]`, or 1 where a value repeats.
 *
 * @param i the row of the rectangle's upper left corner
 * @param j its column
 * @throws ShapeError where `image` is no such tensor or `v` does not fit.
 * @throws ZooError where the rectangle does not lie in the image.
 * @example
 * const censored = transforms.functional.erase(x, 10, 20, 30, 40, tf.zeros([1, 1, 3]));
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.erase.html
 */
export function erase<T extends tf.Tensor>(
  image: T,
  i: number,
  j: number,
  h: number,
  w: number,
  v: tf.Tensor,
  _options: EraseOptions = {},
): T {
  expectTensor('erase', image);
  checkImageTensor('erase', image);
  const [height, width] = spatialSize(image);
  const isInside = i >= 0 && j >= 0 && h >= 0 && w >= 0 && i + h <= height && j + w <= width;
  if (![i, j, h, w].every(Number.isInteger) || !isInside) {
    throw new ZooError(
      `erase: expected a rectangle of whole pixels inside ${height}×${width}, got row ${i}, column ${j}, height ${h}, width ${w}. Cut it to the image.`,
    );
  }
  const region = [...image.shape.slice(0, -3), h, w, image.shape.at(-1)!];
  if (v.rank > region.length || v.shape.some((size, axis) => size !== 1 && size !== region.at(axis - v.rank))) {
    throw new ShapeError(
      `erase: expected v to be [${region.join(', ')}], or 1 where a value repeats, got shape [${v.shape.join(', ')}]. Reshape it.`,
    );
  }
  if (h === 0 || w === 0) return tf.clone(image);
  return tf.tidy(() => {
    const batch = region.slice(0, -3).map((): [number, number] => [0, 0]);
    const around: [number, number][] = [
      [i, height - i - h],
      [j, width - j - w],
      [0, 0],
    ];
    const patch = tf.pad(tf.broadcastTo(v, region), [...batch, ...around]); // [..., H, W, C]
    const mask = tf.pad(tf.ones([h, w, 1], 'bool'), around); // [H, W, 1]
    return tf.where(mask, patch, image) as T;
  });
}
