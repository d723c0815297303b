import { aNumber, positiveInteger } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';

export interface CosineAnnealingLROptions extends LRSchedulerOptions {
  /** The smallest learning rate. */
  readonly etaMin?: number;
}

/**
 * Lets the learning rates fall to `etaMin` along half a wave of the cosine, in `tMax` epochs; after that they rise again.
 * @throws ZooError if tMax is no positive integer
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 */
export class CosineAnnealingLR extends LRScheduler {
  /** Spelled as PyTorch saves it. */
  readonly T_max: number;
  readonly etaMin: number;

  constructor(optimizer: Optimizer, tMax: number, options: CosineAnnealingLROptions = {}) {
    super('CosineAnnealingLR', optimizer, options, ['etaMin']);
    const { etaMin = 0 } = options;
    this.T_max = tMax;
    this.etaMin = etaMin;
    expectWithin('CosineAnnealingLR', { limits: { tMax: positiveInteger, etaMin: aNumber } }, { tMax, etaMin });
    this.initialStep();
  }

  protected nextLr(lr: number, baseLr: number): number {
    if (this.isInitial) return lr;
    const { T_max, etaMin, lastEpoch } = this;
    const wave = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / T_max);
    // At the bottom of the wave, where the rate before is etaMin and no factor leads away from it.
    if ((lastEpoch - 1 - T_max) % (2 * T_max) === 0) return lr + ((baseLr - etaMin) * (2 - wave(1))) / 2;
    return (wave(lastEpoch) / wave(lastEpoch - 1)) * (lr - etaMin) + etaMin;
  }
}
