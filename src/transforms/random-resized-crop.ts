import { forkRandom, pyFloat, type Random } from '../core/index.js';
import { type CropSize, checkSize, cropSides, cropSizeRepr } from './crop-size.js';
import { checkRange, logUniformIn, type Range, uniformIn } from './drawing.js';
import { resizedCrop } from './functional/crop.js';
import { checkInput, sidesOf } from './input.js';
import { checkInterpolation, type InterpolationMode } from './interpolation.js';
import { roundHalfEven } from './python.js';
import type { CropRectangle } from './random-crop.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface RandomResizedCropOptions {
  /** How much of the image's area to cut out. Default [0.08, 1]. */
  scale?: Range;
  /** Width to height of what is cut out. Default [3 / 4, 4 / 3]. */
  ratio?: Range;
  /** Default 'bilinear'. */
  interpolation?: InterpolationMode;
  /** For tensors only: 8-bit images are always antialiased. Default true. */
  antialias?: boolean;
}

/**
 * Cuts a random part out of an image, of random area and proportions, and resizes it: how networks learn from ImageNet since Inception.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out, `size` high and wide. The same part
 * is cut out of all images of a batch.
 *
 * @throws ZooError where an argument makes no sense.
 * @throws ShapeError where a tensor is no channels-last float image.
 * @example
 * const augmented = new RandomResizedCrop(224, { scale: [0.2, 1] }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomResizedCrop.html
 */
export class RandomResizedCrop implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly size: CropSize;
  readonly scale: Range;
  readonly ratio: Range;
  readonly interpolation: InterpolationMode;
  readonly antialias: boolean;

  constructor(size: CropSize, options: RandomResizedCropOptions = {}) {
    const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], interpolation = 'bilinear', antialias = true } = options;
    checkSize('RandomResizedCrop', size);
    checkRange('RandomResizedCrop', 'scale', scale, 0, Number.MAX_VALUE);
    checkRange('RandomResizedCrop', 'ratio', ratio, Number.MIN_VALUE, Number.MAX_VALUE);
    checkInterpolation('RandomResizedCrop', interpolation);
    this.size = size;
    this.scale = scale;
    this.ratio = ratio;
    this.interpolation = interpolation;
    this.antialias = antialias;
  }

  /** Draws what to cut out of an image. What does not fit into it ten times in a row gives way to the largest part in its middle. */
  static getParams(image: ImageOrTensor, scale: Range, ratio: Range, random: Random = forkRandom()): CropRectangle {
    const [fullHeight, fullWidth] = sidesOf(image);
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = fullHeight * fullWidth * uniformIn(scale, random);
      const aspect = logUniformIn(ratio, random);
      const width = roundHalfEven(Math.sqrt(area * aspect));
      const height = roundHalfEven(Math.sqrt(area / aspect));
      if (width > 0 && width <= fullWidth && height > 0 && height <= fullHeight) {
        return [random.integer(fullHeight - height + 1), random.integer(fullWidth - width + 1), height, width];
      }
    }
    return centralCrop(fullHeight, fullWidth, ratio);
  }

  apply<T extends ImageOrTensor>(input: T): T {
    checkInput('RandomResizedCrop', input);
    const { interpolation, antialias } = this;
    const rectangle = RandomResizedCrop.getParams(input, this.scale, this.ratio);
    return resizedCrop(input, ...rectangle, cropSides(this.size), { interpolation, antialias });
  }

  toString(): string {
    const rounded = (range: Range) => range.map((value) => pyFloat(Number(value.toFixed(4)))).join(', ');
    return (
      `RandomResizedCrop(size=${cropSizeRepr(this.size)}, scale=(${rounded(this.scale)}), ratio=(${rounded(this.ratio)}), ` +
      `interpolation=${this.interpolation}, antialias=${this.antialias ? 'True' : 'False'})`
    );
  }
}

/** As much of the middle as the ratio allows. */
function centralCrop(fullHeight: number, fullWidth: number, [narrowest, widest]: Range): CropRectangle {
  const ratio = fullWidth / fullHeight;
  // A ratio beyond a side's length would leave nothing of the other.
  const height = ratio < narrowest ? Math.max(roundHalfEven(fullWidth / narrowest), 1) : fullHeight;
  const width = ratio > widest ? Math.max(roundHalfEven(fullHeight * widest), 1) : fullWidth;
  return [Math.floor((fullHeight - height) / 2), Math.floor((fullWidth - width) / 2), height, width];
}
