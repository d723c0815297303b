import { PickleCounter } from '../../../converters/index.js';
import { ZooError } from '../../core/index.js';
import { aNumber } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { expectWithin, valueText } from '../optim/settings.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerStateDict } from './scheduler.js';
import type { StepLROptions } from './step-lr.js';

/**
 * Multiplies the learning rates by `gamma` at each of some epochs.
 * @param milestones the epochs; one that is there twice counts twice
 * @throws ZooError if milestones is no array of numbers
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
export class MultiStepLR extends LRScheduler {
  /** How many times each epoch is a milestone. */
  readonly milestones: ReadonlyMap<number, number>;
  readonly gamma: number;

  constructor(optimizer: Optimizer, milestones: readonly number[], options: StepLROptions = {}) {
    super('MultiStepLR', optimizer, options, ['gamma']);
    this.milestones = countOf(milestones);
    this.gamma = options.gamma ?? 0.1;
    expectWithin('MultiStepLR', { limits: { gamma: aNumber } }, { gamma: this.gamma });
    this.initialStep();
  }

  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), milestones: new PickleCounter(this.milestones) };
  }

  protected nextLr(lr: number): number {
    return lr * this.gamma ** (this.milestones.get(this.lastEpoch) ?? 0);
  }
}

function countOf(milestones: readonly number[]): Map<number, number> {
  if (!Array.isArray(milestones) || !milestones.every((epoch) => typeof epoch === 'number')) {
    throw new ZooError(
      `MultiStepLR: expected milestones to be an array of numbers, got ${valueText(milestones)}. Give the epochs, as in [30, 80].`,
    );
  }
  const counts = new Map<number, number>();
  for (const epoch of milestones) counts.set(epoch, (counts.get(epoch) ?? 0) + 1);
  return counts;
}
