import * as tf from '@tensorflow/tfjs-core';
import { gatherPixels } from '../gather-pixels.js';
import { checkInput } from '../input.js';
import type { ImageOrTensor } from '../transform.js';

/**
 * Mirrors an image left to right.
 *
 * @example
 * const mirrored = transforms.functional.hflip(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.hflip.html
 */
export function hflip<T extends ImageOrTensor>(image: T): T;
export function hflip(image: ImageOrTensor): ImageOrTensor {
  checkInput('hflip', image);
  if (image instanceof tf.Tensor) return tf.reverse(image, image.rank - 2);
  return gatherPixels(image, ascending(image.height), ascending(image.width).reverse());
}

/**
 * Turns an image upside down, as a mirror does.
 *
 * @example
 * const reflected = transforms.functional.vflip(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.vflip.html
 */
export function vflip<T extends ImageOrTensor>(image: T): T;
export function vflip(image: ImageOrTensor): ImageOrTensor {
  checkInput('vflip', image);
  if (image instanceof tf.Tensor) return tf.reverse(image, image.rank - 3);
  return gatherPixels(image, ascending(image.height).reverse(), ascending(image.width));
}

function ascending(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
