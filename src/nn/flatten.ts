import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectUnflattenedSize } from './functional/flatten.js';
import { flatten, unflatten } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyText } from './repr.js';

/**
 * Joins the dimensions from `startDim` to `endDim`.
 *
 * Shape: [N, H, W, C] → [N, C · H · W], in PyTorch's (C, H, W) order. One image [H, W, C] needs a batch axis first.
 * @throws ShapeError if a dimension does not exist
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(options: { startDim?: number; endDim?: number } = {}) {
    super();
    expectOptions('Flatten', options, ['startDim', 'endDim']);
    this.startDim = options.startDim ?? 1;
    this.endDim = options.endDim ?? -1;
  }

  get typeName(): string {
    return 'Flatten';
  }

  forward(x: Tensor): Tensor {
    return flatten(x, this);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * Splits a dimension into several: the inverse of `Flatten`.
 *
 * Shape: [N, C · H · W] with `dim` 1 and `unflattenedSize` [C, H, W] → [N, H, W, C], so that a decoder's sizes stand as in
 * PyTorch. Results of other ranks lie as PyTorch's do: one image needs a batch axis first.
 *
 * Differs from PyTorch: dimensions have no names.
 * @throws ShapeError if a dimension does not exist, or the sizes do not multiply up to it
 * @example
 * ```ts
 * const unflatten = new nn.Unflatten(1, [64, 7, 7]);
 * const y = unflatten.forward(tf.zeros([2, 3136])); // [2, 7, 7, 64]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    if (!Number.isInteger(dim)) {
      throw new ShapeError(
        `Unflatten: expected dim to be an integer, got ${JSON.stringify(dim)}. There are no named dimensions here.`,
      );
    }
    expectUnflattenedSize('Unflatten', unflattenedSize);
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  get typeName(): string {
    return 'Unflatten';
  }

  forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pyText(this.unflattenedSize)}`;
  }
}
