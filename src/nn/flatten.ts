import type { Tensor } from '@tensorflow/tfjs-core';
import { flatten } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';

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
