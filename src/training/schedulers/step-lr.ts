import { aNumber, positiveInteger } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';

export interface StepLROptions extends LRSchedulerOptions {
  /** What the learning rate is multiplied by. */
  readonly gamma?: number;
}

/**
 * Multiplies the learning rates by `gamma` every `stepSize` epochs.
 * @throws ZooError if stepSize is no positive integer
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1 });
 * const scheduler = new training.StepLR(optimizer, 30); // 0.1, from epoch 30 on 0.01, from epoch 60 on 0.001 …
 * scheduler.step(); // after each epoch
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(optimizer: Optimizer, stepSize: number, options: StepLROptions = {}) {
    super('StepLR', optimizer, options, ['gamma']);
    this.stepSize = stepSize;
    this.gamma = options.gamma ?? 0.1;
    expectWithin('StepLR', { limits: { stepSize: positiveInteger, gamma: aNumber } }, { stepSize, gamma: this.gamma });
    this.initialStep();
  }

  protected nextLr(lr: number): number {
    return this.lastEpoch === 0 || this.lastEpoch % this.stepSize !== 0 ? lr : lr * this.gamma;
  }
}
