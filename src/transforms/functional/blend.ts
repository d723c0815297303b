import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { imageLike, type PixelImage } from '../image.js';

// `factor` of the image and 1 − `factor` of another: what brightness, contrast and saturation have in common.

/** Pillow's `Image.blend`, which computes in float32 and cuts to whole numbers. `other` is of the same size. */
export function blendImages(other: Uint8Array, image: PixelImage, factor: number): PixelImage {
  const { width, height, data } = image;
  const alpha = Math.fround(factor);
  const blended = new Uint8Array(data.length);
  for (let i = 0; i < blended.length; i++) {
    const from = other[i]!;
    const sum = Math.fround(from + Math.fround(alpha * (data[i]! - from)));
    blended[i] = Math.min(Math.max(sum, 0), 255);
  }
  return imageLike(image, width, height, blended);
}

/** torchvision's `_blend`: the sum is clamped to 0 … 1. */
export function blendTensors(other: tf.Tensor, x: tf.Tensor, factor: number): tf.Tensor {
  return tf.clipByValue(tf.add(tf.mul(x, factor), tf.mul(other, 1 - factor)), 0, 1);
}

/** @throws ZooError unless `factor` is a number from 0 on. */
export function checkFactor(who: string, factor: number): void {
  if (Number.isFinite(factor) && factor >= 0) return;
  throw new ZooError(
    `${who}: expected a finite factor of at least 0, got ${factor}. Give 1 to change nothing, less to weaken, more to strengthen.`,
  );
}
