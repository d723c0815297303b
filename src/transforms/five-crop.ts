import { type CropSize, checkSize, cropSizeRepr } from './crop-size.js';
import { type FiveCrops, fiveCrop, type TenCropOptions, type TenCrops, tenCrop } from './functional/five-crop.js';
import { checkInput } from './input.js';
import type { ImageOrTensor, Transform } from './transform.js';

/**
 * Cuts the four corners and the middle out of an image.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`, to an array of five of the same kind, `size` high and wide:
 * top left, top right, bottom left, bottom right, middle.
 *
 * @throws ZooError where `size` makes no sense or the image is smaller.
 * @throws ShapeError where a tensor is no channels-last float image.
 * @example
 * const toTensor = new ToTensor();
 * const stack = new Compose([
 *   new FiveCrop(200),
 *   new Lambda((crops: transforms.PixelImage[]) => tf.stack(crops.map((crop) => toTensor.apply(crop)))),
 * ]);
 * const x = stack.apply(image); // [5, 200, 200, 3]
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.FiveCrop.html
 */
export class FiveCrop implements Transform<ImageOrTensor, ImageOrTensor[]> {
  readonly size: CropSize;

  constructor(size: CropSize) {
    checkSize('FiveCrop', size);
    this.size = size;
  }

  apply<T extends ImageOrTensor>(input: T): FiveCrops<T> {
    checkInput('FiveCrop', input);
    return fiveCrop(input, this.size);
  }

  toString(): string {
    return `FiveCrop(size=${cropSizeRepr(this.size)})`;
  }
}

/**
 * Cuts the four corners and the middle out of an image and of its mirror image, as the AlexNet paper does to test.
 *
 * Shape: as `FiveCrop`, to an array of ten, the mirrored five last.
 *
 * @throws ZooError, ShapeError as `FiveCrop` does.
 * @example
 * const crops = new TenCrop(200).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.TenCrop.html
 */
export class TenCrop implements Transform<ImageOrTensor, ImageOrTensor[]> {
  readonly size: CropSize;
  readonly verticalFlip: boolean;

  constructor(size: CropSize, options: TenCropOptions = {}) {
    checkSize('TenCrop', size);
    this.size = size;
    this.verticalFlip = options.verticalFlip ?? false;
  }

  apply<T extends ImageOrTensor>(input: T): TenCrops<T> {
    checkInput('TenCrop', input);
    return tenCrop(input, this.size, { verticalFlip: this.verticalFlip });
  }

  toString(): string {
    return `TenCrop(size=${cropSizeRepr(this.size)}, vertical_flip=${this.verticalFlip ? 'True' : 'False'})`;
  }
}
