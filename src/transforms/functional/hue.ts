import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { channelCount, checkInput, copyOf } from '../input.js';
import { checkColors } from '../tensor-image.js';
import type { ImageOrTensor } from '../transform.js';
import { turnHue } from './hue-bytes.js';

/**
 * Turns an image's colours around the circle of hues.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]` of values 0 to 1, C 3 or 1; the same comes out. A gray
 * image stays as it is.
 *
 * @param factor −0.5 to 0.5 of the circle; 0 gives the image, either end its complementary colours
 * @throws ZooError where the factor lies outside.
 * @throws ShapeError where a tensor has neither 3 channels nor 1.
 * @example
 * const other = transforms.functional.adjustHue(image, 0.25);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.adjust_hue.html
 */
export function adjustHue<T extends ImageOrTensor>(image: T, factor: number): T;
export function adjustHue(image: ImageOrTensor, factor: number): ImageOrTensor {
  checkInput('adjustHue', image);
  if (image instanceof tf.Tensor) checkColors('adjustHue', image);
  if (!(Math.abs(factor) <= 0.5)) {
    throw new ZooError(`adjustHue: expected a factor from -0.5 to 0.5, got ${factor}. Give the part of a whole turn.`);
  }
  if (channelCount(image) === 1) return copyOf(image);
  if (!(image instanceof tf.Tensor)) return turnHue(image, Math.trunc(factor * 255));
  return tf.tidy(() => {
    const { hue, saturation, value } = toHSV(image);
    return toRGB(fraction(tf.add(hue, factor)), saturation, value);
  });
}

/** Each [..., H, W, 1]; the hue 0 to 1. */
interface HSV {
  hue: tf.Tensor;
  saturation: tf.Tensor;
  value: tf.Tensor;
}

function toHSV(x: tf.Tensor): HSV {
  const value = tf.max(x, -1, true);
  const chroma = tf.sub(value, tf.min(x, -1, true));
  const isGray = tf.equal(chroma, 0);
  const one = tf.onesLike(value);
  const distances = tf.div(tf.sub(value, x), tf.where(isGray, one, chroma)); // how far each colour is below the largest
  const [fromRed, fromGreen, fromBlue] = tf.split(distances, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const [red, green] = tf.split(x, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const sixths = tf.where(
    tf.equal(red, value),
    tf.sub(fromBlue, fromGreen),
    tf.where(tf.equal(green, value), tf.sub(tf.add(fromRed, 2), fromBlue), tf.sub(tf.add(fromGreen, 4), fromRed)),
  );
  return {
    hue: fraction(tf.add(tf.div(sixths, 6), 1)),
    saturation: tf.div(chroma, tf.where(isGray, one, value)),
    value,
  };
}

/**
 * In sixths of the circle red lies at 0 and 6, green at 2, blue at 4. A colour is full up to one sixth from its own place, missing from
 * two on, and between them as much as the distance says: one formula, where torchvision has a table of six cases.
 */
function toRGB(hue: tf.Tensor, saturation: tf.Tensor, value: tf.Tensor): tf.Tensor {
  // Red lies at both ends: its distance is 3 minus that from its opposite, which lies at 3.
  const distances = tf.abs(tf.sub(tf.mul(hue, 6), tf.tensor1d([3, 2, 4]))); // [..., H, W, 3]
  const missing = tf.clipByValue(tf.add(tf.mul(distances, tf.tensor1d([-1, 1, 1])), tf.tensor1d([2, -1, -1])), 0, 1);
  const mixed = tf.clipByValue(tf.mul(value, tf.sub(1, tf.mul(saturation, missing))), 0, 1);
  // torchvision does not clamp the largest colour.
  return tf.where(tf.equal(missing, 0), tf.broadcastTo(value, mixed.shape), mixed);
}

/** x modulo 1 */
function fraction(x: tf.Tensor): tf.Tensor {
  return tf.sub(x, tf.floor(x));
}
