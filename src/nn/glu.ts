import type { Tensor } from '@tensorflow/tfjs-core';
import { glu } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';

/**
 * The first half of a dimension times the sigmoid of the second: Dauphin et al. 2016.
 *
 * Shape: any; `dim` comes out half as large. It is PyTorch's N, C, H, W for rank 4: 1 halves the channels, −1 the width.
 * @throws ShapeError if the dimension does not exist or its size is odd
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.GLU.html
 */
export class GLU extends Module {
  readonly dim: number;

  constructor(options: { dim?: number } = {}) {
    super();
    expectOptions('GLU', options, ['dim']);
    this.dim = options.dim ?? -1;
  }

  get typeName(): string {
    return 'GLU';
  }

  forward(x: Tensor): Tensor {
    return glu(x, this);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
