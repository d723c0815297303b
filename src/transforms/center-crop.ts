import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, checkImage, imageLike, type PixelImage } from './image.js';
import { roundHalfEven } from './python.js';
import { checkSize } from './resize.js';
import { checkImageTensor, spatialSize } from './tensor-image.js';
import type { ImageOrTensor, Transform } from './transform.js';

/** Where a crop lies in one dimension, and the zeros it takes on either side. */
interface Span {
  readonly begin: number;
  readonly length: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** torchvision's rule: an image too small is padded around its middle, one too large is cut around it. */
function centerSpan(inSize: number, cropSize: number): Span {
  const missing = Math.max(cropSize - inSize, 0);
  return {
    begin: missing > 0 ? 0 : roundHalfEven((inSize - cropSize) / 2),
    length: Math.min(inSize, cropSize),
    padBefore: Math.floor(missing / 2),
    padAfter: Math.ceil(missing / 2),
  };
}

/**
 * Crops an image at its centre; a side shorter than the crop is padded with zeros.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out, `size` high and wide.
 * The offset is `(side - size) / 2`, halves rounded to even as Python rounds them.
 *
 * @throws ZooError where `size` is no positive integer or pair of them.
 * @throws ShapeError where a tensor is no channels-last float image.
 * @example
 * const crop = new CenterCrop(224).apply(image); // 224 × 224
 * const wide = new CenterCrop([100, 200]).apply(image); // 100 high, 200 wide
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.CenterCrop.html
 */
export class CenterCrop implements Transform<ImageOrTensor, ImageOrTensor> {
  /** As given: one number stands for both sides of a square. */
  readonly size: number | readonly [number] | readonly [number, number];

  constructor(size: number | readonly [number] | readonly [number, number]) {
    checkSize('CenterCrop', size);
    this.size = size;
  }

  private get sides(): readonly [height: number, width: number] {
    if (typeof this.size === 'number') return [this.size, this.size];
    return this.size.length === 2 ? this.size : [this.size[0], this.size[0]];
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    return input instanceof tf.Tensor ? this.cropTensor(input) : this.cropImage(input);
  }

  toString(): string {
    const given = this.size;
    // torchvision keeps a pair as it got it, a list here, and makes a tuple of anything else.
    if (typeof given === 'object' && given.length === 2) return `CenterCrop(size=[${given.join(', ')}])`;
    return `CenterCrop(size=(${this.sides.join(', ')}))`;
  }

  private cropImage(image: PixelImage): PixelImage {
    checkImage('CenterCrop', image);
    const [height, width] = this.sides;
    const channels = channelsOf(image);
    const rows = centerSpan(image.height, height);
    const columns = centerSpan(image.width, width);
    const data = new Uint8Array(height * width * channels);
    for (let y = 0; y < rows.length; y++) {
      const from = ((rows.begin + y) * image.width + columns.begin) * channels;
      const to = ((rows.padBefore + y) * width + columns.padBefore) * channels;
      data.set(image.data.subarray(from, from + columns.length * channels), to);
    }
    return imageLike(image, width, height, data);
  }

  private cropTensor(x: tf.Tensor): tf.Tensor {
    checkImageTensor('CenterCrop', x);
    const [height, width] = spatialSize(x);
    const rows = centerSpan(height, this.sides[0]);
    const columns = centerSpan(width, this.sides[1]);
    const channels = x.shape.at(-1)!;
    const batch = x.shape.slice(0, -3);
    const whole: [number, number][] = batch.map(() => [0, 0]);
    return tf.tidy(() => {
      const begin = [...batch.map(() => 0), rows.begin, columns.begin, 0];
      const cut = tf.slice(x, begin, [...batch, rows.length, columns.length, channels]);
      const pads = [rows, columns].map(({ padBefore, padAfter }): [number, number] => [padBefore, padAfter]);
      return tf.pad(cut, [...whole, ...pads, [0, 0]]);
    });
  }
}
