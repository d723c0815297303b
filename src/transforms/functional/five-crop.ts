import { ZooError } from '../../core/index.js';
import { type CropSize, checkSize, cropSides } from '../crop-size.js';
import { checkInput, describeSize, sidesOf } from '../input.js';
import { tidyOutput } from '../tidy.js';
import type { ImageOrTensor } from '../transform.js';
import { centerCrop, crop } from './crop.js';
import { hflip, vflip } from './flip.js';

/** The crops of an image's corners and of its middle. */
export type FiveCrops<T> = [topLeft: T, topRight: T, bottomLeft: T, bottomRight: T, center: T];

/** Five crops of an image, and the same five of its mirror image. */
export type TenCrops<T> = [...FiveCrops<T>, ...FiveCrops<T>];

export interface TenCropOptions {
  /** Turn the image upside down for the second five, instead of left to right. Default false. */
  verticalFlip?: boolean;
}

/**
 * Cuts the four corners and the middle out of an image.
 *
 * @throws ZooError where `size` makes no sense or the image is smaller.
 * @example
 * const [topLeft, topRight, bottomLeft, bottomRight, center] = transforms.functional.fiveCrop(image, 200);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.five_crop.html
 */
export function fiveCrop<T extends ImageOrTensor>(image: T, size: CropSize): FiveCrops<T> {
  checkInput('fiveCrop', image);
  checkSize('fiveCrop', size);
  const [fullHeight, fullWidth] = sidesOf(image);
  const [height, width] = cropSides(size);
  if (height > fullHeight || width > fullWidth) {
    throw new ZooError(
      `fiveCrop: expected crops no larger than the image, got ${height}×${width} of one ${describeSize(image)} (height × width). Resize the image first.`,
    );
  }
  const [bottom, right] = [fullHeight - height, fullWidth - width];
  return [
    crop(image, 0, 0, height, width),
    crop(image, 0, right, height, width),
    crop(image, bottom, 0, height, width),
    crop(image, bottom, right, height, width),
    centerCrop(image, size),
  ];
}

/**
 * Cuts the four corners and the middle out of an image and of its mirror image.
 *
 * @throws ZooError as `fiveCrop` does.
 * @example
 * const crops = transforms.functional.tenCrop(image, 200); // the first five, then the mirrored five
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.ten_crop.html
 */
export function tenCrop<T extends ImageOrTensor>(image: T, size: CropSize, options: TenCropOptions = {}): TenCrops<T> {
  return tidyOutput(() => {
    const mirrored = options.verticalFlip ? vflip(image) : hflip(image);
    return [...fiveCrop(image, size), ...fiveCrop(mirrored, size)];
  });
}
