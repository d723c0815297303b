import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../core/index.js';
import { floatListRepr } from './python.js';
import { checkImageTensor, expectTensor } from './tensor-image.js';
import type { Transform } from './transform.js';

export interface NormalizeOptions {
  /** Stored, and changes nothing: tensors of TensorFlow.js cannot be written to. Default false. */
  inplace?: boolean;
}

/**
 * Subtracts a mean and divides by a standard deviation, channel by channel.
 *
 * Shape: a float tensor `[H, W, C]` or `[N, H, W, C]`, to the same shape; `mean` and `std` hold C numbers, or one for all.
 * Units: those of the tensor, so 0 to 1 after `ToTensor`.
 *
 * @throws ZooError where a std is 0 or a number is not finite.
 * @throws ShapeError where the counts do not agree with the channels.
 * @example
 * const z = new Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).apply(x);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html
 */
export class Normalize implements Transform<tf.Tensor, tf.Tensor> {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly inplace: boolean;

  constructor(mean: readonly number[], std: readonly number[], options: NormalizeOptions = {}) {
    checkNumbers('mean', mean);
    checkNumbers('std', std);
    if (std.includes(0)) {
      throw new ZooError(
        `Normalize: expected std without zeros, got [${std.join(', ')}]. Use 1 to leave a channel's scale.`,
      );
    }
    if (mean.length !== std.length) {
      throw new ZooError(
        `Normalize: expected mean and std of the same length, got ${mean.length} and ${std.length}. Give one number per channel.`,
      );
    }
    this.mean = mean;
    this.std = std;
    this.inplace = options.inplace ?? false;
  }

  apply<T extends tf.Tensor>(x: T): T {
    expectTensor('Normalize', x);
    checkImageTensor('Normalize', x);
    const count = this.mean.length;
    if (x.shape.at(-1) !== count && count !== 1) {
      const remedy =
        x.shape.at(-3) === count
          ? `This looks like ${x.rank === 3 ? 'CHW: transpose it with [1, 2, 0]' : 'NCHW: transpose it with [0, 2, 3, 1]'}.`
          : 'Give mean and std one number per channel.';
      throw new ShapeError(
        `Normalize: expected ${count} channels (last axis), as mean has ${count} numbers, got shape [${x.shape.join(', ')}]. ${remedy}`,
      );
    }
    return tf.tidy(() => tf.div(tf.sub(x, tf.tensor1d([...this.mean])), tf.tensor1d([...this.std])) as T);
  }

  toString(): string {
    return `Normalize(mean=${floatListRepr(this.mean)}, std=${floatListRepr(this.std)})`;
  }
}

function checkNumbers(name: string, values: readonly number[]): void {
  if (Array.isArray(values) && values.length > 0 && values.every(Number.isFinite)) return;
  throw new ZooError(
    `Normalize: expected ${name} to be an array of finite numbers, got ${Array.isArray(values) ? `[${values.join(', ')}]` : typeof values}. Give one number per channel.`,
  );
}
