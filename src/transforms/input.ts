import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, checkImage, imageLike } from './image.js';
import { checkImageTensor, spatialSize } from './tensor-image.js';
import type { ImageOrTensor } from './transform.js';

// What holds for 8-bit images and for tensors alike.

/** @throws ImageError, ShapeError unless `input` is an 8-bit image or a float tensor of images. */
export function checkInput(who: string, input: ImageOrTensor): void {
  if (input instanceof tf.Tensor) checkImageTensor(who, input);
  else checkImage(who, input);
}

/** `[height, width]` */
export function sidesOf(input: ImageOrTensor): [height: number, width: number] {
  return input instanceof tf.Tensor ? spatialSize(input) : [input.height, input.width];
}

export function channelCount(input: ImageOrTensor): number {
  return input instanceof tf.Tensor ? input.shape.at(-1)! : channelsOf(input);
}

/** What a transform gives back that changes nothing: never its input, for the output is the caller's. */
export function copyOf(input: ImageOrTensor): ImageOrTensor {
  return input instanceof tf.Tensor ? tf.clone(input) : imageLike(input, input.width, input.height, input.data.slice());
}

/** 'of 5×7' or 'of shape [5, 7, 3]' */
export function describeSize(input: ImageOrTensor): string {
  return input instanceof tf.Tensor ? `of shape [${input.shape.join(', ')}]` : `of ${input.height}×${input.width}`;
}
