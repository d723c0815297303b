import { forkRandom, type Random, ZooError } from '../core/index.js';
import { type CropSize, checkSize, cropSides } from './crop-size.js';
import { crop } from './functional/crop.js';
import { checkPadding, type Padding, type PadOptions, pad } from './functional/pad.js';
import type { PadMode } from './functional/padded-axis.js';
import { checkInput, describeSize, sidesOf } from './input.js';
import { listRepr } from './python.js';
import { tidyOutput } from './tidy.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface RandomCropOptions extends PadOptions {
  /** Pixels to add before the crop. Default null, none. */
  padding?: Padding | null;
  /** Pad an image that is smaller than the crop, instead of refusing it. Default false. */
  padIfNeeded?: boolean;
}

/** Where a crop lies in an image. */
export type CropRectangle = [top: number, left: number, height: number, width: number];

/**
 * Crops an image at a random place.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out, `size` high and wide. All images of
 * a batch are cropped at the same place. `padIfNeeded` adds what a side lacks on either end of it.
 *
 * @throws ZooError where an argument makes no sense, or the image is smaller than the crop.
 * @throws ShapeError where a tensor is no channels-last float image, or too small for its mirror image.
 * @example
 * const augment = new RandomCrop(32, { padding: 4 });
 * const cropped = augment.apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomCrop.html
 */
export class RandomCrop implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly size: readonly [height: number, width: number];
  readonly padding: Padding | null;
  readonly padIfNeeded: boolean;
  readonly fill: number | readonly number[];
  readonly paddingMode: PadMode;

  constructor(size: CropSize, options: RandomCropOptions = {}) {
    const { padding = null, padIfNeeded = false, fill = 0, paddingMode = 'constant' } = options;
    checkSize('RandomCrop', size);
    checkPadding('RandomCrop', padding ?? 0, options);
    this.size = cropSides(size);
    this.padding = padding;
    this.padIfNeeded = padIfNeeded;
    this.fill = fill;
    this.paddingMode = paddingMode;
  }

  /**
   * Draws where to crop an image.
   *
   * @throws ZooError where the image is smaller than `outputSize`.
   */
  static getParams(
    image: ImageOrTensor,
    outputSize: readonly [height: number, width: number],
    random: Random = forkRandom(),
  ): CropRectangle {
    const [fullHeight, fullWidth] = sidesOf(image);
    const [height, width] = outputSize;
    if (fullHeight < height || fullWidth < width) {
      throw new ZooError(
        `RandomCrop: expected an image of at least ${height}×${width} (height × width), got one ${describeSize(image)}. Give a smaller size, or padIfNeeded: true.`,
      );
    }
    return [random.integer(fullHeight - height + 1), random.integer(fullWidth - width + 1), height, width];
  }

  apply<T extends ImageOrTensor>(input: T): T {
    checkInput('RandomCrop', input);
    return tidyOutput(() => {
      const padded = this.pad(input);
      return crop(padded, ...RandomCrop.getParams(padded, this.size));
    });
  }

  toString(): string {
    const padding = this.padding === null ? 'None' : listRepr(this.padding);
    return `RandomCrop(size=(${this.size.join(', ')}), padding=${padding})`;
  }

  private pad<T extends ImageOrTensor>(image: T): T {
    const options = { fill: this.fill, paddingMode: this.paddingMode };
    const padded = this.padding === null ? image : pad(image, this.padding, options);
    if (!this.padIfNeeded) return padded;
    const [missingRows, missingColumns] = sidesOf(padded).map((side, i) => Math.max(this.size[i]! - side, 0));
    const wide = missingColumns ? pad(padded, [missingColumns, 0], options) : padded;
    return missingRows ? pad(wide, [0, missingRows], options) : wide;
  }
}
