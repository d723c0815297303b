import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { imageLike } from '../image.js';
import { channelCount, checkInput, describeSize } from '../input.js';
import type { ImageOrTensor } from '../transform.js';

type Three = readonly [number, number, number];

/** The directions in which the colours of a set of images spread, and how far. */
export interface PrincipalColors {
  /** Of the covariance of red, green and blue, where 1 is the brightest. The largest first. */
  readonly eigenvalues: Three;
  /** A row each for red, green and blue; a column for each eigenvalue, of length 1. */
  readonly eigenvectors: readonly [red: Three, green: Three, blue: Three];
}

/** ImageNet's, as Torch's training of ResNets published them and most others use them. */
export const imageNetColors: PrincipalColors = {
  eigenvalues: [0.2175, 0.0188, 0.0045],
  eigenvectors: [
    [-0.5675, 0.7192, 0.4009],
    [-0.5808, -0.0045, -0.814],
    [-0.5836, -0.6948, 0.4203],
  ],
};

/**
 * Adds one colour to all pixels: each principal colour times its eigenvalue times a number of `alpha`, as the AlexNet paper does.
 *
 * Shape: an 8-bit RGB image, or a float tensor `[H, W, 3]` or `[N, H, W, 3]`; the same comes out. Units: a tensor of values 0 to 1,
 * which is not clamped; bytes are rounded and clamped.
 *
 * @param alpha the paper draws them from a normal distribution of standard deviation 0.1
 * @param colors default ImageNet's
 * @throws ZooError where `alpha` is not three finite numbers, or the image has not three channels.
 * @example
 * const warmer = transforms.functional.adjustLighting(image, [-0.1, 0.2, 0]);
 * @see https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html section 4.1
 */
export function adjustLighting<T extends ImageOrTensor>(image: T, alpha: Three, colors?: PrincipalColors): T;
export function adjustLighting(
  image: ImageOrTensor,
  alpha: Three,
  { eigenvalues, eigenvectors }: PrincipalColors = imageNetColors,
): ImageOrTensor {
  checkInput('adjustLighting', image);
  if (channelCount(image) !== 3) {
    throw new ZooError(
      `adjustLighting: expected an image of 3 channels, got ${channelCount(image)} in one ${describeSize(image)}. Leave gray images out.`,
    );
  }
  if (alpha.length !== 3 || !alpha.every(Number.isFinite)) {
    throw new ZooError(
      `adjustLighting: expected alpha to be three finite numbers, got [${alpha.join(', ')}]. Give one for each eigenvalue.`,
    );
  }
  const shift = eigenvectors.map((row) =>
    row.reduce((sum, weight, i) => sum + weight * alpha[i]! * eigenvalues[i]!, 0),
  );
  if (image instanceof tf.Tensor) return tf.tidy(() => tf.add(image, tf.tensor1d(shift)));
  // An array that rounds and clamps what is put into it.
  const data = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! + 255 * shift[i % 3]!;
  return imageLike(image, image.width, image.height, new Uint8Array(data.buffer));
}
