import type * as tf from '@tensorflow/tfjs-core';
import { expectChannels, expectFloat, expectPositive, expectRank } from './functional/checks.js';
import { type AffineOptions, batchNorm } from './functional/index.js';
import { filled } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Buffer, Counter, Parameter } from './parameter.js';
import { pyFloat, pyText } from './repr.js';
import { UNKNOWN } from './state.js';

export interface NormOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Weight of the new value in the running statistics; null averages over all batches alike in BatchNorm, and keeps the old in InstanceNorm. */
  readonly momentum?: number | null;
  /** Whether to scale and shift by `weight` and `bias`. */
  readonly affine?: boolean;
  /** Whether to keep running statistics for evaluation; without, the input's are used there too. */
  readonly trackRunningStats?: boolean;
  /** Whether an affine layer has a `bias`. */
  readonly bias?: boolean;
}

/** What BatchNorm and InstanceNorm share: channels, their state, and evaluation by running statistics. */
export abstract class NormBase extends Module {
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

  constructor(numFeatures: number, options: NormOptions = {}) {
    super();
    this.#size = numFeatures; // first, for a lazy layer's name depends on it
    this.#expectArguments(numFeatures, options);
    this.eps = options.eps ?? 1e-5;
    this.momentum = options.momentum === undefined ? 0.1 : options.momentum;
    this.affine = options.affine ?? this.affineAndTracking;
    this.trackRunningStats = options.trackRunningStats ?? this.affineAndTracking;
    const shape = [numFeatures];
    this.weight = this.affine ? new Parameter({ shape, init: filled(1) }) : null;
    this.bias = this.affine && (options.bias ?? true) ? new Parameter({ shape, init: filled(0) }) : null;
    this.running_mean = this.trackRunningStats ? new Buffer({ shape, init: filled(0) }) : null;
    this.running_var = this.trackRunningStats ? new Buffer({ shape, init: filled(1) }) : null;
    this.num_batches_tracked = this.trackRunningStats ? new Counter() : null;
  }

  /** What `affine` and `trackRunningStats` are unless set. */
  protected get affineAndTracking(): boolean {
    return true;
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

  /** How inputs of the ranks that this class takes lie, and the same in words. */
  protected abstract readonly input: {
    readonly layouts: Readonly<Record<number, 'NC' | 'NLC' | 'HWC' | 'NHWC'>>;
    readonly words: string;
  };

  /** Normalises an input of the right shape by its own statistics, and keeps them where the layer does. */
  protected abstract normalize(x: tf.Tensor, affine: AffineOptions): tf.Tensor;

  forward(x: tf.Tensor): tf.Tensor {
    const { running_mean, running_var } = this;
    const { layouts, words } = this.input;
    expectRank(this.typeName, x, Object.keys(layouts).map(Number), words);
    expectFloat(this.typeName, x);
    this.#complete(x.shape[x.rank - 1]!);
    expectChannels(this.typeName, x, this.numFeatures, layouts[x.rank]!);
    const affine = affineOf(this);
    if (this.training || !running_mean || !running_var) return this.normalize(x, affine);
    return batchNorm(x, running_mean.value, running_var.value, affine);
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pyFloat(this.momentum);
    return (
      `${this.numFeatures}, eps=${pyFloat(this.eps)}, momentum=${momentum}, affine=${pyText(this.affine)}, ` +
      `bias=${pyText(this.bias !== null)}, track_running_stats=${pyText(this.trackRunningStats)}`
    );
  }

  /** When the input's own statistics are used, and what to do where it has too few values for that, in words. */
  protected get ownStatistics(): { when: string; remedy: string } {
    return {
      when: this.training ? 'when training' : 'without running statistics',
      remedy: this.trackRunningStats
        ? 'call eval() to use the running statistics'
        : 'build the layer with trackRunningStats and call eval()',
    };
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #expectArguments(numFeatures: number, options: NormOptions): void {
    expectOptions(this.typeName, options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'bias']);
    if (!this.learnsNumFeatures) expectPositive(this.typeName, 'numFeatures', numFeatures);
  }

  /** Tells a lazy layer its number of channels, where a checkpoint has not told it already. */
  #complete(channels: number): void {
    const size = this.numFeatures || channels;
    this.#size = size;
    for (const state of [this.weight, this.bias, this.running_mean, this.running_var]) state?.complete(size);
  }
}

/** A layer's weight and bias as the functional ops take them. */
export function affineOf(layer: { weight: Parameter | null; bias: Parameter | null; eps: number }): AffineOptions {
  return { weight: layer.weight?.value ?? null, bias: layer.bias?.value ?? null, eps: layer.eps };
}
