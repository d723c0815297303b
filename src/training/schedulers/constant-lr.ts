import { positiveFraction, wholeNumber } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';

export interface ConstantLROptions extends LRSchedulerOptions {
  /** What the learning rate is multiplied by at first. */
  readonly factor?: number;
  /** For how many epochs. */
  readonly totalIters?: number;
}

/**
 * Multiplies the learning rates by `factor` for some epochs.
 * @throws ZooError if factor is outside 0 … 1, or 0, from which there is no way back, or totalIters is no whole number
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    super('ConstantLR', optimizer, options, ['factor', 'totalIters']);
    const { factor = 1 / 3, totalIters = 5 } = options;
    this.factor = factor;
    this.totalIters = totalIters;
    expectWithin(
      'ConstantLR',
      { limits: { factor: positiveFraction, totalIters: wholeNumber } },
      { factor, totalIters },
    );
    this.initialStep();
  }

  protected nextLr(lr: number): number {
    if (this.lastEpoch === 0) return lr * this.factor;
    return this.lastEpoch === this.totalIters ? lr * (1 / this.factor) : lr;
  }
}
