import type { Tensor } from '@tensorflow/tfjs-core';
import { expectPositive } from './functional/checks.js';
import { type LocalResponseNormOptions, localResponseNorm } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat } from './repr.js';

/**
 * Divides each value by a measure of its neighbours in other channels: Krizhevsky et al. 2012, section 3.3.
 *
 * Shape: [N, H, W, C] or [N, L, C]; the same comes out.
 *
 * The paper's formula does not divide alpha by the size, and PyTorch's does: its alpha is the paper's times the size.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    expectOptions('LocalResponseNorm', options, ['alpha', 'beta', 'k']);
    expectPositive('LocalResponseNorm', 'size', size);
    this.size = size;
    this.alpha = options.alpha ?? 1e-4;
    this.beta = options.beta ?? 0.75;
    this.k = options.k ?? 1;
  }

  get typeName(): string {
    return 'LocalResponseNorm';
  }

  forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this);
  }

  override extraRepr(): string {
    return `${this.size}, alpha=${pyFloat(this.alpha)}, beta=${pyFloat(this.beta)}, k=${pyFloat(this.k)}`;
  }
}
