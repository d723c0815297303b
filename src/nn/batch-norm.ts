import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { shapeText } from './functional/checks.js';
import { type AffineOptions, batchNorm } from './functional/index.js';
import { NormBase, type NormOptions } from './norm-base.js';
import { UNKNOWN } from './state.js';

/** Batch normalisation of channels, whatever the rank: Ioffe and Szegedy 2015. */
abstract class BatchNorm extends NormBase {
  protected normalize(x: tf.Tensor, affine: AffineOptions): tf.Tensor {
    this.#expectSeveralValues(x);
    const { running_mean, running_var, num_batches_tracked } = this;
    if (!running_mean || !running_var || !num_batches_tracked) {
      return batchNorm(x, null, null, { ...affine, training: true });
    }
    num_batches_tracked.value += 1n; // an empty batch counts too
    const momentum = this.momentum ?? 1 / Number(num_batches_tracked.value);
    return batchNorm(x, running_mean.value, running_var.value, { ...affine, training: true, momentum });
  }

  #expectSeveralValues(x: tf.Tensor): void {
    if (x.size !== this.numFeatures) return;
    const { when, remedy } = this.ownStatistics;
    throw new ShapeError(
      `${this.typeName}: expected more than 1 value per channel ${when}, got shape ${shapeText(x.shape)}. ` +
        `Use a larger batch, or ${remedy}.`,
    );
  }
}

/**
 * Normalises each channel of vectors or sequences over the batch.
 *
 * Shape: [N, C] or [N, L, C]; the same comes out.
 *
 * State: `weight`, `bias`, `running_mean`, `running_var` [C] and `num_batches_tracked` [] (int64).
 * @throws ShapeError if an input does not fit, or has one value a channel in training
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  get typeName(): string {
    return 'BatchNorm1d';
  }

  protected get input() {
    return { layouts: { 2: 'NC', 3: 'NLC' }, words: 'vectors [N, C] or sequences [N, L, C]' } as const;
  }
}

/**
 * Normalises each channel of images over the batch.
 *
 * Shape: [N, H, W, C]; the same comes out.
 *
 * State: `weight`, `bias`, `running_mean`, `running_var` [C] and `num_batches_tracked` [] (int64).
 * @throws ShapeError if an input does not fit, or has one value a channel in training
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 */
export class BatchNorm2d extends BatchNorm {
  get typeName(): string {
    return 'BatchNorm2d';
  }

  protected get input() {
    return { layouts: { 4: 'NHWC' }, words: 'an image batch [N, H, W, C]' } as const;
  }
}

/**
 * A BatchNorm2d that learns its number of channels from its first input, or from a checkpoint.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(options: NormOptions = {}) {
    super(UNKNOWN, options);
  }

  protected override get learnsNumFeatures(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.numFeatures === 0 ? 'LazyBatchNorm2d' : super.typeName;
  }
}
