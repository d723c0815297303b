import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, type PixelImage } from '../image.js';
import { channelCount, checkInput, copyOf } from '../input.js';
import { lumaBytes, lumaTensor, repeatThrice } from '../luma.js';
import { checkColors } from '../tensor-image.js';
import type { ImageOrTensor } from '../transform.js';
import { blendImages, blendTensors, checkFactor } from './blend.js';

/**
 * Makes an image brighter or darker.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]` of values 0 to 1, C 3 or 1; the same comes out.
 *
 * @param factor 0 gives black, 1 the image, 2 twice the brightness
 * @throws ZooError where the factor is negative or not finite.
 * @throws ShapeError where a tensor has neither 3 channels nor 1.
 * @example
 * const bright = transforms.functional.adjustBrightness(image, 1.5);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.adjust_brightness.html
 */
export function adjustBrightness<T extends ImageOrTensor>(image: T, factor: number): T;
export function adjustBrightness(image: ImageOrTensor, factor: number): ImageOrTensor {
  checkAdjustment('adjustBrightness', image, factor);
  if (!(image instanceof tf.Tensor)) return blendImages(new Uint8Array(image.data.length), image, factor);
  return tf.tidy(() => blendTensors(tf.zerosLike(image), image, factor));
}

/**
 * Moves an image's colours away from its mean gray, or towards it.
 *
 * Shape: as `adjustBrightness`. Each image of a batch has a mean of its own.
 *
 * @param factor 0 gives gray, 1 the image, 2 twice the contrast
 * @throws ZooError, ShapeError as `adjustBrightness` does.
 * @example
 * const flat = transforms.functional.adjustContrast(image, 0.5);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.adjust_contrast.html
 */
export function adjustContrast<T extends ImageOrTensor>(image: T, factor: number): T;
export function adjustContrast(image: ImageOrTensor, factor: number): ImageOrTensor {
  checkAdjustment('adjustContrast', image, factor);
  if (!(image instanceof tf.Tensor)) {
    return blendImages(new Uint8Array(image.data.length).fill(meanLuma(image)), image, factor);
  }
  return tf.tidy(() => {
    const gray = image.shape.at(-1) === 1 ? image : lumaTensor(image); // [..., H, W, 1]
    return blendTensors(tf.mean(gray, [-3, -2, -1], true), image, factor);
  });
}

/**
 * Makes an image's colours stronger or weaker.
 *
 * Shape: as `adjustBrightness`. A gray image stays as it is.
 *
 * @param factor 0 gives black and white, 1 the image, 2 twice the saturation
 * @throws ZooError, ShapeError as `adjustBrightness` does.
 * @example
 * const vivid = transforms.functional.adjustSaturation(image, 2);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.adjust_saturation.html
 */
export function adjustSaturation<T extends ImageOrTensor>(image: T, factor: number): T;
export function adjustSaturation(image: ImageOrTensor, factor: number): ImageOrTensor {
  checkAdjustment('adjustSaturation', image, factor);
  if (channelCount(image) === 1) return copyOf(image);
  if (!(image instanceof tf.Tensor)) {
    return blendImages(repeatThrice(lumaBytes(image.data)), image, factor);
  }
  return tf.tidy(() => blendTensors(lumaTensor(image), image, factor));
}

/** The mean of the luma, rounded as Pillow rounds it. */
function meanLuma(image: PixelImage): number {
  const luma = channelsOf(image) === 1 ? image.data : lumaBytes(image.data);
  return Math.floor(luma.reduce((sum, value) => sum + value, 0) / luma.length + 0.5);
}

function checkAdjustment(who: string, image: ImageOrTensor, factor: number): void {
  checkInput(who, image);
  if (image instanceof tf.Tensor) checkColors(who, image);
  checkFactor(who, factor);
}
