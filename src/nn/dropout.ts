import type { Tensor } from '@tensorflow/tfjs-core';
import { expectProbability } from './functional/dropout.js';
import { dropout } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat, pyText } from './repr.js';

/**
 * In training, zeroes each element with probability p and scales the rest by 1 / (1 − p): Hinton et al. 2012.
 *
 * Shape: any; the same comes out. The masks follow `manualSeed`.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 */
export class Dropout extends Module {
  readonly p: number;
  readonly inplace: boolean;

  constructor(options: { p?: number; inplace?: boolean } = {}) {
    super();
    expectOptions('Dropout', options, ['p', 'inplace']);
    this.p = options.p ?? 0.5;
    this.inplace = options.inplace ?? false;
    expectProbability('Dropout', this.p);
  }

  get typeName(): string {
    return 'Dropout';
  }

  forward(x: Tensor): Tensor {
    return dropout(x, { p: this.p, training: this.training });
  }

  override extraRepr(): string {
    return `p=${pyFloat(this.p)}, inplace=${pyText(this.inplace)}`;
  }
}
