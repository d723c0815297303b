import { aNumber } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';

/**
 * Multiplies the learning rates by `gamma` every epoch.
 * @throws ZooError if gamma is no number
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  constructor(optimizer: Optimizer, gamma: number, options: LRSchedulerOptions = {}) {
    super('ExponentialLR', optimizer, options, []);
    this.gamma = gamma;
    expectWithin('ExponentialLR', { limits: { gamma: aNumber } }, { gamma });
    this.initialStep();
  }

  protected nextLr(lr: number): number {
    return this.isInitial ? lr : lr * this.gamma;
  }
}
