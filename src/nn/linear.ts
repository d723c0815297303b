import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectFloat, expectPositive, shapeText } from './functional/checks.js';
import { linear } from './functional/index.js';
import { fanInUniform, fanInUniformOf } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { pyText } from './repr.js';
import { UNKNOWN } from './state.js';

export interface LinearOptions {
  readonly bias?: boolean;
}

/**
 * x · weightᵀ + bias on the last axis.
 *
 * Shape: [..., inFeatures] → [..., outFeatures].
 *
 * State: `weight` [outFeatures, inFeatures] (in memory [inFeatures, outFeatures]), `bias` [outFeatures].
 * @throws ShapeError if a size is not a positive integer, or an input does not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  readonly outFeatures: number;
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    expectOptions('Linear', options, ['bias']);
    const lazy = this.learnsInFeatures;
    if (!lazy) expectPositive('Linear', 'inFeatures', inFeatures);
    expectPositive('Linear', 'outFeatures', outFeatures);
    this.outFeatures = outFeatures;
    this.weight = new Parameter({
      shape: [outFeatures, inFeatures],
      layout: 'linear',
      init: fanInUniform,
      lazy,
    });
    const init = fanInUniformOf(this.weight);
    this.bias = (options.bias ?? true) ? new Parameter({ shape: [outFeatures], init, lazy }) : null;
  }

  get typeName(): string {
    return 'Linear';
  }

  /** Whether an input or a checkpoint tells `inFeatures`, and not the caller. */
  protected get learnsInFeatures(): boolean {
    return false;
  }

  /** 0 while a lazy layer has seen no input. */
  get inFeatures(): number {
    const features = this.weight.expectedShape[1]!;
    return features === UNKNOWN ? 0 : features;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.weight.value, { bias: this.bias?.value ?? null });
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pyText(this.bias !== null)}`;
  }
}

/**
 * A Linear that learns `inFeatures` from its first input, or from a checkpoint.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
 */
export class LazyLinear extends Linear {
  constructor(outFeatures: number, options: LinearOptions = {}) {
    super(UNKNOWN, outFeatures, options);
  }

  protected override get learnsInFeatures(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.weight.isLazy ? 'LazyLinear' : super.typeName;
  }

  override forward(x: tf.Tensor): tf.Tensor {
    expectFloat('LazyLinear', x);
    const features = x.shape[x.rank - 1];
    if (features === undefined) {
      throw new ShapeError(
        `LazyLinear: expected a tensor with features on its last axis, got shape ${shapeText(x.shape)}. Add a batch axis and features.`,
      );
    }
    this.weight.complete(features);
    this.bias?.complete(this.outFeatures);
    return super.forward(x);
  }
}

/**
 * Gives back what it gets, as a new tensor. Arguments are accepted and ignored.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
 */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super();
  }

  get typeName(): string {
    return 'Identity';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.clone(x);
  }
}
