import { forkRandom, pyFloat } from '../core/index.js';
import { checkProbability } from './drawing.js';
import { hflip, vflip } from './functional/flip.js';
import { checkInput, copyOf } from './input.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface RandomFlipOptions {
  /** How likely the image is mirrored. Default 0.5. */
  p?: number;
}

/** All of a random flip but its direction. */
abstract class RandomFlip implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly p: number;
  private readonly typeName: string;
  private readonly flip: (image: ImageOrTensor) => ImageOrTensor;

  constructor(typeName: string, flip: (image: ImageOrTensor) => ImageOrTensor, { p = 0.5 }: RandomFlipOptions) {
    checkProbability(typeName, p);
    this.p = p;
    this.typeName = typeName;
    this.flip = flip;
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    checkInput(this.typeName, input);
    return forkRandom().uniform() < this.p ? this.flip(input) : copyOf(input);
  }

  toString(): string {
    return `${this.typeName}(p=${pyFloat(this.p)})`;
  }
}

/**
 * Mirrors an image left to right, or leaves it, at random.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same comes out. Of a batch all images are mirrored, or none.
 *
 * @throws ZooError where `p` is no probability.
 * @throws ShapeError where a tensor is no channels-last float image.
 * @example
 * const augmented = new RandomHorizontalFlip().apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomHorizontalFlip.html
 */
export class RandomHorizontalFlip extends RandomFlip {
  constructor(options: RandomFlipOptions = {}) {
    super('RandomHorizontalFlip', hflip, options);
  }
}

/**
 * Turns an image upside down, or leaves it, at random; as `RandomHorizontalFlip` otherwise.
 *
 * @throws ZooError, ShapeError as that does.
 * @example
 * const augmented = new RandomVerticalFlip({ p: 0.2 }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomVerticalFlip.html
 */
export class RandomVerticalFlip extends RandomFlip {
  constructor(options: RandomFlipOptions = {}) {
    super('RandomVerticalFlip', vflip, options);
  }
}
