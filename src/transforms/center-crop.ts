import { type CropSize, checkSize, cropSizeRepr } from './crop-size.js';
import { centerCrop } from './functional/crop.js';
import { checkInput } from './input.js';
import type { ImageOrTensor, Transform } from './transform.js';

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
  readonly size: CropSize;

  constructor(size: CropSize) {
    checkSize('CenterCrop', size);
    this.size = size;
  }

  apply<T extends ImageOrTensor>(input: T): T {
    checkInput('CenterCrop', input);
    return centerCrop(input, this.size);
  }

  toString(): string {
    return `CenterCrop(size=${cropSizeRepr(this.size)})`;
  }
}
