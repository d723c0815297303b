import { fraction, positiveFraction, wholeNumber } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';

export interface LinearLROptions extends LRSchedulerOptions {
  /** What the learning rate is multiplied by in the first epoch. */
  readonly startFactor?: number;
  /** What it is multiplied by after `totalIters` epochs. */
  readonly endFactor?: number;
  /** How many epochs it takes from one to the other. */
  readonly totalIters?: number;
}

/**
 * Changes the factor of the learning rates from `startFactor` to `endFactor` in equal steps: the warm-up of a training.
 * @throws ZooError if a factor is outside 0 … 1, or the first is 0, or totalIters is no whole number
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1 });
 * const warmUp = new training.LinearLR(optimizer, { startFactor: 0.5, totalIters: 5 });
 * const cosine = new training.CosineAnnealingLR(optimizer, 85);
 * const scheduler = new training.SequentialLR(optimizer, [warmUp, cosine], [5]);
 * console.log(scheduler.getLastLr()); // [0.05]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    super('LinearLR', optimizer, options, ['startFactor', 'endFactor', 'totalIters']);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    const limits = { startFactor: positiveFraction, endFactor: fraction, totalIters: wholeNumber };
    expectWithin('LinearLR', { limits }, { startFactor, endFactor, totalIters });
    this.initialStep();
  }

  protected nextLr(lr: number): number {
    const { lastEpoch, startFactor, totalIters } = this;
    if (lastEpoch === 0) return lr * startFactor;
    if (this.isInitial || lastEpoch > totalIters) return lr;
    const change = this.endFactor - startFactor;
    return lr * (1 + change / (totalIters * startFactor + (lastEpoch - 1) * change));
  }
}
