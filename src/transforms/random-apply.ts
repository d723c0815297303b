import { forkRandom, pyFloat, ZooError } from '../core/index.js';
import { checkProbability, shuffled } from './drawing.js';
import { checkInput, copyOf } from './input.js';
import { floatListRepr } from './python.js';
import { type AnyTransform, Compose, checkTransforms, type ImageOrTensor, type Transform } from './transform.js';

export interface RandomApplyOptions {
  /** How likely the transforms are applied. Default 0.5. */
  p?: number;
}

export interface RandomChoiceOptions {
  /** How likely each transform is, relative to the others. Default null, equally. */
  p?: readonly number[] | null;
}

/**
 * Applies transforms one after the other, or none of them, at random.
 *
 * Shape: what the transforms take, and must give: 8-bit images or tensors.
 *
 * @throws ZooError where an entry is no transform or `p` no probability.
 * @example
 * const augmented = new RandomApply([new ColorJitter({ hue: 0.1 }), new Pad(2)], { p: 0.3 }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomApply.html
 */
export class RandomApply implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly transforms: readonly AnyTransform[];
  readonly p: number;

  constructor(transforms: readonly AnyTransform[], { p = 0.5 }: RandomApplyOptions = {}) {
    checkTransforms('RandomApply', transforms);
    checkProbability('RandomApply', p);
    this.transforms = transforms;
    this.p = p;
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    checkInput('RandomApply', input);
    return forkRandom().uniform() < this.p ? applyAll(this.transforms, input) : copyOf(input);
  }

  toString(): string {
    return `RandomApply(\n    p=${pyFloat(this.p)}${lines(this.transforms)}\n)`;
  }
}

/**
 * Applies transforms one after the other, in random order; as `RandomApply` otherwise.
 *
 * @throws ZooError where an entry is no transform.
 * @example
 * const augmented = new RandomOrder([new RandomHorizontalFlip(), new RandomCrop(64)]).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomOrder.html
 */
export class RandomOrder implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly transforms: readonly AnyTransform[];

  constructor(transforms: readonly AnyTransform[]) {
    checkTransforms('RandomOrder', transforms);
    this.transforms = transforms;
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    return applyAll(shuffled(this.transforms, forkRandom()), input);
  }

  toString(): string {
    return `RandomOrder(${lines(this.transforms)}\n)`;
  }
}

/**
 * Applies one of several transforms, at random; as `RandomApply` otherwise.
 *
 * @throws ZooError where an entry is no transform, there is none, or `p` does not weigh them.
 * @example
 * const augmented = new RandomChoice([new Pad(8), new CenterCrop(64)], { p: [1, 3] }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomChoice.html
 */
export class RandomChoice implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly transforms: readonly AnyTransform[];
  readonly p: readonly number[] | null;

  constructor(transforms: readonly AnyTransform[], { p = null }: RandomChoiceOptions = {}) {
    checkTransforms('RandomChoice', transforms);
    checkWeights(transforms.length, p);
    this.transforms = transforms;
    this.p = p;
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    const weights = this.p ?? this.transforms.map(() => 1);
    const point = forkRandom().uniform() * weights.reduce((sum, weight) => sum + weight);
    let sum = 0;
    const chosen = weights.findIndex((weight) => {
      sum += weight;
      return point < sum;
    });
    return applyAll([this.transforms[chosen]!], input);
  }

  toString(): string {
    return `RandomChoice(${lines(this.transforms)}\n)(p=${this.p === null ? 'None' : floatListRepr(this.p)})`;
  }
}

function applyAll(transforms: readonly AnyTransform[], input: ImageOrTensor): ImageOrTensor {
  return new Compose(transforms).apply(input) as ImageOrTensor;
}

function lines(transforms: readonly AnyTransform[]): string {
  return transforms.map((transform) => `\n    ${transform}`).join('');
}

function checkWeights(count: number, p: readonly number[] | null): void {
  if (count === 0) {
    throw new ZooError(
      'RandomChoice: expected at least one transform, got []. Leave RandomChoice out to change nothing.',
    );
  }
  if (p === null) return;
  const isFit = Array.isArray(p) && p.length === count && p.every((weight) => Number.isFinite(weight) && weight >= 0);
  if (isFit && p.some((weight) => weight > 0)) return;
  throw new ZooError(
    `RandomChoice: expected p to be ${count} number${count === 1 ? '' : 's'} of at least 0, not all 0, got ${JSON.stringify(p)}. Give each transform a weight.`,
  );
}
