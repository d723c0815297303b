import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import { checkSize } from './crop-size.js';
import { checkImage, type PixelImage } from './image.js';
import { checkInterpolation, type InterpolationMode } from './interpolation.js';
import { resampleImage } from './resample.js';
import { resampleTensor } from './resample-tensor.js';
import { checkImageTensor, spatialSize } from './tensor-image.js';
import type { ImageOrTensor, Transform } from './transform.js';

/** One number for the shorter side, or `[height, width]`. */
export type ResizeSize = number | readonly [number] | readonly [number, number];

export interface ResizeOptions {
  /** Default 'bilinear'. 'box', 'hamming' and 'lanczos' work on 8-bit images only. */
  interpolation?: InterpolationMode;
  /** Where `size` is one number: the longer side's limit, which shrinks the shorter one with it. */
  maxSize?: number | null;
  /** Only for tensors, and for 'bilinear' and 'bicubic': 8-bit images are always antialiased. Default true. */
  antialias?: boolean;
}

/**
 * Resizes an image: to a shorter side of `size`, keeping the proportions, or to `[height, width]`.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out. With one number the
 * longer side is `trunc(size · long / short)`.
 *
 * 8-bit images come out as from Pillow, byte for byte. Tensors are computed unrounded, as torchvision computes them,
 * and gradients flow through.
 *
 * @throws ZooError where a size, `maxSize` or the interpolation makes no sense.
 * @throws ShapeError where a tensor is no channels-last float image.
 * @example
 * const small = new Resize(256).apply(image);
 * const square = new Resize([224, 224], { interpolation: 'bicubic' }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html
 */
export class Resize implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly size: ResizeSize;
  readonly interpolation: InterpolationMode;
  readonly maxSize: number | null;
  readonly antialias: boolean;

  constructor(size: ResizeSize, options: ResizeOptions = {}) {
    const { interpolation = 'bilinear', maxSize = null, antialias = true } = options;
    checkSize('Resize', size);
    checkInterpolation('Resize', interpolation);
    checkMaxSize(size, maxSize);
    this.size = size;
    this.interpolation = interpolation;
    this.maxSize = maxSize;
    this.antialias = antialias;
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    return input instanceof tf.Tensor ? this.resizeTensor(input) : this.resizeImage(input);
  }

  toString(): string {
    const size = typeof this.size === 'number' ? this.size : `[${this.size.join(', ')}]`;
    const antialias = this.antialias ? 'True' : 'False';
    return `Resize(size=${size}, interpolation=${this.interpolation}, max_size=${this.maxSize ?? 'None'}, antialias=${antialias})`;
  }

  private resizeImage(image: PixelImage): PixelImage {
    checkImage('Resize', image);
    const [height, width] = resizedSize(image.height, image.width, this.size, this.maxSize);
    return resampleImage(image, width, height, this.interpolation);
  }

  private resizeTensor(x: tf.Tensor): tf.Tensor {
    checkImageTensor('Resize', x);
    const [height, width] = resizedSize(...spatialSize(x), this.size, this.maxSize);
    return resampleTensor(x, height, width, this.interpolation, this.antialias);
  }
}

/**
 * The `[height, width]` that an image of `height` × `width` is resized to; torchvision's rule.
 *
 * @throws ZooError where a side would come out as 0.
 */
function resizedSize(height: number, width: number, size: ResizeSize, maxSize: number | null): [number, number] {
  if (typeof size !== 'number' && size.length === 2) return [size[0], size[1]];
  const requested = typeof size === 'number' ? size : size[0];
  const short = Math.min(height, width);
  const long = Math.max(height, width);
  let newShort = requested;
  let newLong = Math.trunc((requested * long) / short);
  if (maxSize !== null && newLong > maxSize) {
    newShort = Math.trunc((maxSize * newShort) / newLong);
    newLong = maxSize;
  }
  if (newShort < 1) {
    throw new ZooError(
      `Resize: expected sides of at least 1, got ${newLong}×${newShort} for an image of ${width}×${height} with maxSize ${maxSize}. Raise maxSize.`,
    );
  }
  return width <= height ? [newLong, newShort] : [newShort, newLong];
}

function checkMaxSize(size: ResizeSize, maxSize: number | null): void {
  if (maxSize === null) return;
  if (typeof size !== 'number' && size.length === 2) {
    throw new ZooError(
      `Resize: expected no maxSize beside the size [${size.join(', ')}], got ${maxSize}. Give one number as size, or leave maxSize out.`,
    );
  }
  const requested = typeof size === 'number' ? size : size[0];
  if (Number.isInteger(maxSize) && maxSize > requested) return;
  throw new ZooError(
    `Resize: expected maxSize to be an integer above the size ${requested}, got ${maxSize}. Raise it, or leave it out.`,
  );
}
