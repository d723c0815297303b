import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { kindOf, shapeText } from './functional/checks.js';
import { type KLDivReduction, type LossOptions, type Reduced, reductionOf } from './functional/loss-reduction.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Buffer } from './parameter.js';

/** What every loss has: an input and a target, and what becomes of the losses of the elements. */
export abstract class Loss<R extends KLDivReduction> extends Module<[input: Tensor, target: Tensor], Reduced<R>> {
  readonly reduction: R;

  /** @param reductions those that are known, PyTorch's usual three if not given */
  constructor(options: LossOptions<R>, known: readonly string[], reductions?: readonly string[]) {
    super();
    this.reduction = this.#reductionOf(options, known, reductions);
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #reductionOf(options: LossOptions<R>, known: readonly string[], reductions?: readonly string[]): R {
    expectOptions(this.typeName, options, known);
    return reductionOf(this.typeName, options, reductions);
  }
}

/** Weights that a loss holds as PyTorch does, in a buffer. A tensor stays the caller's. */
export function weightBuffer(
  who: string,
  what: string,
  weight: Tensor | readonly number[] | null | undefined,
): Buffer | null {
  if (weight === null || weight === undefined) return null;
  if (Array.isArray(weight)) return new Buffer(tf.tensor1d(weight as number[], 'float32'));
  if (weight instanceof tf.Tensor && weight.dtype === 'float32') return new Buffer(tf.clone(weight));
  const got = weight instanceof tf.Tensor ? `${weight.dtype} of shape ${shapeText(weight.shape)}` : kindOf(weight);
  throw new ShapeError(
    `${who}: expected ${what} to be an array of numbers or a float32 tensor, got ${got}. Give one number for each channel, or null.`,
  );
}
