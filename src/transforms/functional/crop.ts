import { ZooError } from '../../core/index.js';
import { type CropSize, checkSize, cropSides } from '../crop-size.js';
import { checkInput, sidesOf } from '../input.js';
import { roundHalfEven } from '../python.js';
import { Resize, type ResizeOptions, type ResizeSize } from '../resize.js';
import { tidyOutput } from '../tidy.js';
import type { ImageOrTensor } from '../transform.js';
import { pad } from './pad.js';

/**
 * Cuts a rectangle out of an image. What lies outside the image is 0.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out, `height` × `width`.
 *
 * Differs from PyTorch: torchvision gives a crop that ends above or left of a tensor another size than was asked for.
 *
 * @throws ZooError where the rectangle is not of whole pixels, at least one.
 * @example
 * const corner = transforms.functional.crop(image, 0, 0, 32, 48); // 32 high, 48 wide
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.crop.html
 */
export function crop<T extends ImageOrTensor>(image: T, top: number, left: number, height: number, width: number): T {
  checkInput('crop', image);
  checkRectangle('crop', top, left, height, width);
  const [fullHeight, fullWidth] = sidesOf(image);
  return pad(image, [-left, -top, left + width - fullWidth, top + height - fullHeight]);
}

/**
 * Cuts a rectangle out of the middle of an image; a side shorter than the crop is padded with zeros.
 *
 * @throws ZooError where `outputSize` is no positive integer or pair of them.
 * @example
 * const middle = transforms.functional.centerCrop(image, [100, 200]);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.center_crop.html
 */
export function centerCrop<T extends ImageOrTensor>(image: T, outputSize: CropSize): T {
  checkInput('centerCrop', image);
  checkSize('centerCrop', outputSize);
  const [fullHeight, fullWidth] = sidesOf(image);
  const [height, width] = cropSides(outputSize);
  return crop(image, centerOffset(fullHeight, height), centerOffset(fullWidth, width), height, width);
}

/** torchvision's rule: an image too small gets the odd pixel after it, one too large is cut at a half rounded to even. */
function centerOffset(size: number, cropSize: number): number {
  return size < cropSize ? -Math.floor((cropSize - size) / 2) : roundHalfEven((size - cropSize) / 2);
}

/**
 * Cuts a rectangle out of an image and resizes it, as `crop` and `Resize` do.
 *
 * @throws ZooError as these do.
 * @example
 * const face = transforms.functional.resizedCrop(image, 20, 30, 80, 80, [224, 224]);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.resized_crop.html
 */
export function resizedCrop<T extends ImageOrTensor>(
  image: T,
  top: number,
  left: number,
  height: number,
  width: number,
  size: ResizeSize,
  options: Pick<ResizeOptions, 'interpolation' | 'antialias'> = {},
): T {
  const resize = new Resize(size, options);
  return tidyOutput(() => resize.apply(crop(image, top, left, height, width)));
}

/** @throws ZooError unless the rectangle is of whole pixels, at least one. */
function checkRectangle(who: string, top: number, left: number, height: number, width: number): void {
  if ([top, left, height, width].every(Number.isInteger) && height > 0 && width > 0) return;
  throw new ZooError(
    `${who}: expected a rectangle of whole pixels, at least one high and wide, got top ${top}, left ${left}, height ${height}, width ${width}. Round them.`,
  );
}
