import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectChannels, expectFloat, expectPositive, expectRank, shapeText } from './functional/checks.js';
import { batchNorm, channelMoments } from './functional/index.js';
import { filled } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Buffer, Counter, Parameter } from './parameter.js';
import { pyFloat, pyText } from './repr.js';
import { UNKNOWN } from './state.js';

export interface BatchNormOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Weight of the new value in the running statistics; null averages over all batches alike. */
  readonly momentum?: number | null;
  /** Whether to scale and shift by `weight` and `bias`. */
  readonly affine?: boolean;
  /** Whether to keep running statistics for evaluation; without, the batch's are used there too. */
  readonly trackRunningStats?: boolean;
}

/** Batch normalisation of channels, whatever the rank: Ioffe and Szegedy 2015. */
abstract class BatchNorm extends Module {
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Buffer | null;
  readonly running_var: Buffer | null;
  readonly num_batches_tracked: Counter | null;
  #size: number;

  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    this.#size = numFeatures; // first, for a lazy layer's name depends on it
    this.#expectArguments(numFeatures, options);
    this.eps = options.eps ?? 1e-5;
    this.momentum = options.momentum === undefined ? 0.1 : options.momentum;
    this.affine = options.affine ?? true;
    this.trackRunningStats = options.trackRunningStats ?? true;
    const shape = [numFeatures];
    this.weight = this.affine ? new Parameter({ shape, init: filled(1) }) : null;
    this.bias = this.affine ? new Parameter({ shape, init: filled(0) }) : null;
    this.running_mean = this.trackRunningStats ? new Buffer({ shape, init: filled(0) }) : null;
    this.running_var = this.trackRunningStats ? new Buffer({ shape, init: filled(1) }) : null;
    this.num_batches_tracked = this.trackRunningStats ? new Counter() : null;
  }

  /** Whether an input or a checkpoint tells `numFeatures`, and not the caller. */
  protected get learnsNumFeatures(): boolean {
    return false;
  }

  /** 0 while a lazy layer has seen no input. */
  get numFeatures(): number {
    const [size] = (this.weight ?? this.running_mean)?.expectedShape ?? [this.#size];
    return size === UNKNOWN ? 0 : size!;
  }

  /** Ranks of inputs that this class takes, and their layout in words. */
  protected abstract readonly input: { readonly ranks: readonly number[]; readonly layout: string };

  forward(x: tf.Tensor): tf.Tensor {
    const { running_mean, running_var, eps } = this;
    expectRank(this.typeName, x, this.input.ranks, this.input.layout);
    expectFloat(this.typeName, x);
    this.#complete(x.shape[x.rank - 1]!);
    expectChannels(this.typeName, x, this.numFeatures, ({ 2: 'NC', 3: 'NLC' } as const)[x.rank] ?? 'NHWC');
    const options = { weight: this.weight?.value ?? null, bias: this.bias?.value ?? null, eps };
    if (!this.training && running_mean && running_var) {
      return batchNorm(x, running_mean.value, running_var.value, options);
    }
    this.#expectSeveralValues(x);
    return tf.tidy(() => {
      const { mean, variance } = channelMoments(x);
      if (this.training) this.#track(mean, variance, x.size / this.numFeatures);
      return batchNorm(x, mean, variance, options);
    });
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pyFloat(this.momentum);
    return (
      `${this.numFeatures}, eps=${pyFloat(this.eps)}, momentum=${momentum}, ` +
      `affine=${pyText(this.affine)}, track_running_stats=${pyText(this.trackRunningStats)}`
    );
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #expectArguments(numFeatures: number, options: BatchNormOptions): void {
    expectOptions(this.typeName, options, ['eps', 'momentum', 'affine', 'trackRunningStats']);
    if (!this.learnsNumFeatures) expectPositive(this.typeName, 'numFeatures', numFeatures);
  }

  /** Tells a lazy layer its number of channels, where a checkpoint has not told it already. */
  #complete(channels: number): void {
    const size = this.numFeatures || channels;
    this.#size = size;
    for (const state of [this.weight, this.bias, this.running_mean, this.running_var]) state?.complete(size);
  }

  /** Moves the running statistics towards those of a batch with `count` values a channel. */
  #track(mean: tf.Tensor, variance: tf.Tensor, count: number): void {
    const { running_mean, running_var, num_batches_tracked } = this;
    if (!running_mean || !running_var || !num_batches_tracked) return;
    num_batches_tracked.value += 1n;
    if (count === 0) return; // an empty batch counts, and tells nothing
    const weight = this.momentum ?? 1 / Number(num_batches_tracked.value);
    // The batch is normalised by its biased variance; what is remembered is the unbiased estimate.
    const unbiased = tf.mul(variance, count / (count - 1));
    running_mean.value.assign(moveTowards(running_mean.value, mean, weight));
    running_var.value.assign(moveTowards(running_var.value, unbiased, weight));
  }

  #expectSeveralValues(x: tf.Tensor): void {
    if (x.size !== this.numFeatures) return;
    const when = this.training ? 'when training' : 'without running statistics';
    const remedy = this.trackRunningStats
      ? 'call eval() to use the running statistics'
      : 'build the layer with trackRunningStats and call eval()';
    throw new ShapeError(
      `${this.typeName}: expected more than 1 value per channel ${when}, got shape ${shapeText(x.shape)}. ` +
        `Use a larger batch, or ${remedy}.`,
    );
  }
}

function moveTowards(running: tf.Tensor, target: tf.Tensor, weight: number): tf.Tensor {
  return tf.add(tf.mul(running, 1 - weight), tf.mul(target, weight));
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
    return { ranks: [2, 3], layout: 'vectors [N, C] or sequences [N, L, C]' };
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
    return { ranks: [4], layout: 'an image batch [N, H, W, C]' };
  }
}

/**
 * A BatchNorm2d that learns its number of channels from its first input, or from a checkpoint.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(options: BatchNormOptions = {}) {
    super(UNKNOWN, options);
  }

  protected override get learnsNumFeatures(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.numFeatures === 0 ? 'LazyBatchNorm2d' : super.typeName;
  }
}
