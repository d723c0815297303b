import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, checkImage, type PixelImage } from './image.js';
import type { Transform } from './transform.js';

/**
 * Turns an 8-bit image into a float tensor.
 *
 * Shape: `[H, W, C]`, C = 3, or 1 for a `GrayImage`. Units: 0 to 1 (the byte divided by 255 in float32).
 *
 * Differs from PyTorch: channels come last, where torchvision gives `[C, H, W]`.
 *
 * @throws ImageError where the input is no image of 8-bit pixels.
 * @example
 * const x = new ToTensor().apply(image); // float32 [image.height, image.width, 3]
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.ToTensor.html
 */
export class ToTensor implements Transform<PixelImage, tf.Tensor3D> {
  apply(image: PixelImage): tf.Tensor3D {
    checkImage('ToTensor', image);
    const values = toUnitInterval(image.data, new Float32Array(image.data.length));
    return tf.tensor3d(values, [image.height, image.width, channelsOf(image)]);
  }

  toString(): string {
    return 'ToTensor()';
  }
}

/**
 * Writes bytes as numbers from 0 to 1 to the beginning of `values`.
 * @internal
 */
export function toUnitInterval(bytes: Uint8Array, values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i]! / 255;
  return values;
}
