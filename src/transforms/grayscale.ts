import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import { channelsOf, checkImage, type PixelImage } from './image.js';
import { lumaBytes, lumaTensor, repeatThrice } from './luma.js';
import { checkColors, checkImageTensor } from './tensor-image.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface GrayscaleOptions {
  /** 1, or 3 for the same value in red, green and blue. Default 1. */
  numOutputChannels?: 1 | 3;
}

/**
 * Turns colours into their luma (ITU-R 601).
 *
 * Shape: an 8-bit image to one of `numOutputChannels`; a float tensor `[…, H, W, 3]` to `[…, H, W, numOutputChannels]`.
 * On 8-bit pixels this is Pillow's `convert('L')` to the byte; on tensors torchvision's 0.2989 R + 0.587 G + 0.114 B.
 * What is gray already stays as it is.
 *
 * @throws ZooError where `numOutputChannels` is neither 1 nor 3.
 * @throws ShapeError where a tensor has neither 1 nor 3 channels.
 * @example
 * const gray = new Grayscale().apply(image); // { width, height, data, channels: 1 }
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Grayscale.html
 */
export class Grayscale implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly numOutputChannels: 1 | 3;

  constructor(options: GrayscaleOptions = {}) {
    const { numOutputChannels = 1 } = options;
    if (numOutputChannels !== 1 && numOutputChannels !== 3) {
      throw new ZooError(
        `Grayscale: expected numOutputChannels to be 1 or 3, got ${numOutputChannels}. Choose one of them.`,
      );
    }
    this.numOutputChannels = numOutputChannels;
  }

  apply<T extends tf.Tensor>(input: T): T;
  apply(input: PixelImage): PixelImage;
  apply(input: ImageOrTensor): ImageOrTensor;
  apply(input: ImageOrTensor): ImageOrTensor {
    return input instanceof tf.Tensor ? this.grayTensor(input) : this.grayImage(input);
  }

  toString(): string {
    return `Grayscale(num_output_channels=${this.numOutputChannels})`;
  }

  private grayImage(image: PixelImage): PixelImage {
    checkImage('Grayscale', image);
    const { width, height } = image;
    const luma = channelsOf(image) === 1 ? image.data.slice() : lumaBytes(image.data);
    if (this.numOutputChannels === 1) return { width, height, data: luma, channels: 1 };
    return { width, height, data: repeatThrice(luma) };
  }

  private grayTensor(x: tf.Tensor): tf.Tensor {
    checkImageTensor('Grayscale', x);
    checkColors('Grayscale', x);
    return tf.tidy(() => {
      const gray = x.shape.at(-1) === 1 ? tf.clone(x) : lumaTensor(x);
      return this.numOutputChannels === 1 ? gray : tf.concat([gray, gray, gray], -1);
    });
  }
}
