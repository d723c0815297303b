import * as tf from '@tensorflow/tfjs-core';
import { forkRandom, pyFloat, type Random, ShapeError, ZooError } from '../core/index.js';
import { checkProbability, checkRange, logUniformIn, type Range, rangeRepr, uniformIn } from './drawing.js';
import { erase } from './functional/erase.js';
import { listRepr, roundHalfEven } from './python.js';
import { checkImageTensor, expectTensor, spatialSize } from './tensor-image.js';
import type { Transform } from './transform.js';

export interface RandomErasingOptions {
  /** How likely something is erased. Default 0.5. */
  p?: number;
  /** How much of the image's area to erase. Default [0.02, 0.33]. */
  scale?: Range;
  /** Height to width of what is erased. Default [0.3, 3.3]. */
  ratio?: Range;
  /** What to put there: one number, a number each channel, or 'random' for normal noise. Default 0. */
  value?: number | readonly number[] | 'random';
  /** Stored, and changes nothing: tensors of TensorFlow.js cannot be written to. Default false. */
  inplace?: boolean;
}

/** The rectangle to erase, and what to put there: `v` as `functional.erase` takes it. */
export type ErasingParams = [i: number, j: number, h: number, w: number, v: tf.Tensor];

/**
 * Erases a random rectangle of an image, or leaves it, at random.
 *
 * Shape: a float tensor `[H, W, C]` or `[N, H, W, C]`, to the same shape. Of all images of a batch the same rectangle is erased, by the
 * same noise. Put it behind `Normalize`, so that 0 is the mean colour.
 *
 * @throws ZooError where an argument makes no sense.
 * @throws ShapeError where the input is no float tensor, or has another number of channels than `value`.
 * @example
 * const augment = new Compose([new ToTensor(), new RandomErasing({ value: 'random' })]);
 * const x = augment.apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomErasing.html
 */
export class RandomErasing implements Transform<tf.Tensor, tf.Tensor> {
  readonly p: number;
  readonly scale: Range;
  readonly ratio: Range;
  readonly value: number | readonly number[] | 'random';
  readonly inplace: boolean;

  constructor(options: RandomErasingOptions = {}) {
    const { p = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0, inplace = false } = options;
    checkProbability('RandomErasing', p);
    checkRange('RandomErasing', 'scale', scale, 0, 1);
    checkRange('RandomErasing', 'ratio', ratio, Number.MIN_VALUE, Number.MAX_VALUE);
    checkValue(value);
    this.p = p;
    this.scale = scale;
    this.ratio = ratio;
    this.value = value;
    this.inplace = inplace;
  }

  /**
   * Draws what to erase. Where ten rectangles in a row do not fit, the whole image is replaced by itself.
   *
   * @param value null for normal noise. The tensor that is returned is the caller's.
   */
  static getParams(
    image: tf.Tensor,
    scale: Range,
    ratio: Range,
    value: readonly number[] | null = null,
    random: Random = forkRandom(),
  ): ErasingParams {
    const [height, width] = spatialSize(image);
    const channels = image.shape.at(-1)!;
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = height * width * uniformIn(scale, random);
      const aspect = logUniformIn(ratio, random);
      const h = roundHalfEven(Math.sqrt(area * aspect));
      const w = roundHalfEven(Math.sqrt(area / aspect));
      if (h >= height || w >= width) continue;
      const v = value === null ? noise([h, w, channels], random) : tf.tensor3d([...value], [1, 1, value.length]);
      return [random.integer(height - h + 1), random.integer(width - w + 1), h, w, v];
    }
    return [0, 0, height, width, tf.clone(image)];
  }

  apply<T extends tf.Tensor>(input: T): T {
    expectTensor('RandomErasing', input);
    checkImageTensor('RandomErasing', input);
    const value = this.value === 'random' ? null : [this.value].flat();
    const channels = input.shape.at(-1)!;
    if (value !== null && value.length !== 1 && value.length !== channels) {
      throw new ShapeError(
        `RandomErasing: expected ${value.length} channels (last axis), as value has ${value.length} numbers, got shape [${input.shape.join(', ')}]. Give one number, or one each channel.`,
      );
    }
    const random = forkRandom();
    if (random.uniform() >= this.p) return tf.clone(input);
    return tf.tidy(() => erase(input, ...RandomErasing.getParams(input, this.scale, this.ratio, value, random)));
  }

  toString(): string {
    const value = this.value === 'random' ? 'random' : listRepr(this.value);
    return (
      `RandomErasing(p=${pyFloat(this.p)}, scale=${rangeRepr(this.scale)}, ratio=${rangeRepr(this.ratio)}, ` +
      `value=${value}, inplace=${this.inplace ? 'True' : 'False'})`
    );
  }
}

function noise(shape: [number, number, number], random: Random): tf.Tensor {
  const values = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random.normal());
  return tf.tensor3d(values, shape);
}

function checkValue(value: number | readonly number[] | 'random'): void {
  const isNumbers = typeof value !== 'string' && [value].flat().length > 0 && [value].flat().every(Number.isFinite);
  if (isNumbers || value === 'random') return;
  throw new ZooError(
    `RandomErasing: expected value to be a finite number, an array of them or 'random', got ${JSON.stringify(value)}. Give 0 for black.`,
  );
}
