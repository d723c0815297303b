import { ZooError } from '../../core/index.js';
import { expectOptions, kindOf } from '../../nn/index.js';
import { aNumber, belowOne, oneOf } from '../optim/limits.js';
import type { Optimizer } from '../optim/optimizer.js';
import { definedOf, expectWithin, type Settings, valueText } from '../optim/settings.js';
import { dictOf } from './saved-values.js';
import { Scheduler } from './scheduler.js';

export interface ReduceLROnPlateauOptions {
  /** Whether the metric is to fall, as a loss, or to rise, as an accuracy. */
  readonly mode?: 'min' | 'max';
  /** What the learning rate is multiplied by. */
  readonly factor?: number;
  /** How many epochs without progress are let pass. */
  readonly patience?: number;
  /** How much better the metric has to become to count as progress. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best metric so far, or a difference from it. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** How many epochs after a reduction do not count. */
  readonly cooldown?: number;
  /** The smallest learning rate, of all groups or of each. */
  readonly minLr?: number | readonly number[];
  /** A change that is not larger than this is not made. */
  readonly eps?: number;
}

const defaults = {
  mode: 'min',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
} as const satisfies Settings<ReduceLROnPlateauOptions>;

const modes = { mode: oneOf('min', 'max'), thresholdMode: oneOf('rel', 'abs') };

const limits = {
  ...modes,
  factor: belowOne,
  patience: aNumber,
  threshold: aNumber,
  cooldown: aNumber,
  eps: aNumber,
};

/**
 * Multiplies the learning rates by `factor` when a metric has stopped to become better.
 * @throws ZooError if factor is not below 1, a mode is unknown, or minLr has not as many numbers as there are groups
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1 });
 * const scheduler = new training.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [2, 1, 1, 1]) scheduler.step(loss); // after each epoch
 * console.log(scheduler.getLastLr()); // [0.05]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export class ReduceLROnPlateau extends Scheduler {
  readonly mode: 'min' | 'max';
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: 'rel' | 'abs';
  readonly cooldown: number;
  /** The smallest learning rate of each group. */
  readonly minLrs: readonly number[];
  readonly eps: number;
  /** The best metric so far. */
  best: number;
  cooldownCounter = 0;
  numBadEpochs = 0;
  /** Of groups that are added, if it was given for all. */
  readonly #minLrOfLater: number | undefined;

  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    super('ReduceLROnPlateau', optimizer, 0);
    expectOptions('ReduceLROnPlateau', options, Object.keys(defaults));
    const given: Settings<ReduceLROnPlateauOptions> & Record<string, unknown> = { ...defaults, ...definedOf(options) };
    expectWithin('ReduceLROnPlateau', { limits }, given);
    this.mode = given.mode;
    this.factor = given.factor;
    this.patience = given.patience;
    this.threshold = given.threshold;
    this.thresholdMode = given.thresholdMode;
    this.cooldown = given.cooldown;
    const count = optimizer.paramGroups.length;
    this.#minLrOfLater = typeof given.minLr === 'number' ? given.minLr : undefined;
    this.minLrs = typeof given.minLr === 'number' ? Array(count).fill(given.minLr) : [...given.minLr];
    this.#expectMinLrs();
    this.eps = given.eps;
    this.best = this.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** @param metric of the last epoch, read back; one that is NaN is no progress */
  step(metric: number): void {
    if (typeof metric !== 'number') {
      throw new ZooError(
        `ReduceLROnPlateau.step: expected the metric as a number, got ${kindOf(metric)}. Read a tensor with (await loss.data())[0].`,
      );
    }
    this.lastEpoch += 1;
    const isBetter = this.#isBetter(metric);
    if (isBetter) this.best = metric;
    this.numBadEpochs = isBetter ? 0 : this.numBadEpochs + 1;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter -= 1;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.#reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.noteLrs();
  }

  override expectState(stateDict: object): void {
    super.expectState(stateDict);
    const { mode, threshold_mode: thresholdMode } = dictOf(stateDict);
    expectWithin('ReduceLROnPlateau.loadStateDict', { limits: modes }, { mode, thresholdMode });
  }

  #isBetter(metric: number): boolean {
    const { best, mode, threshold, thresholdMode } = this;
    const sign = mode === 'min' ? -1 : 1;
    const goal = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < goal : metric > goal;
  }

  #reduce(): void {
    this.#expectMinLrs();
    for (const [i, group] of this.optimizer.paramGroups.entries()) {
      const lr = Math.max(group.lr * this.factor, this.minLrs[i] ?? this.#minLrOfLater!);
      if (group.lr - lr > this.eps) group.lr = lr;
    }
  }

  /** One for each group; those added later have none if each was given its own. */
  #expectMinLrs(): void {
    const { minLrs } = this;
    const count = this.optimizer.paramGroups.length;
    const areNumbers = minLrs.every((lr) => typeof lr === 'number');
    if (areNumbers && (minLrs.length === count || (this.#minLrOfLater !== undefined && minLrs.length < count))) return;
    throw new ZooError(
      `ReduceLROnPlateau: expected minLr to be a number, or ${count}, one for each group, got ${valueText(minLrs)}. ` +
        'Give as many as there are groups.',
    );
  }
}
