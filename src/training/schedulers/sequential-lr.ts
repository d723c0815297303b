import { ZooError } from '../../core/index.js';
import { expectOptions, kindOf } from '../../nn/index.js';
import type { Optimizer } from '../optim/optimizer.js';
import { valueText } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';
import { dictOf } from './saved-values.js';
import { Scheduler, type SchedulerStateDict } from './scheduler.js';

/**
 * Takes one schedule after the other: that of number i until epoch `milestones[i]`. Each begins at the learning rates that the groups
 * had at first.
 *
 * Differs from PyTorch: schedules that are SequentialLRs themselves are refused.
 * @throws ZooError if a schedule is of another optimizer, or there are not as many milestones as changes
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 */
export class SequentialLR extends Scheduler {
  readonly #schedulers: readonly LRScheduler[];
  #milestones: readonly number[];

  constructor(
    optimizer: Optimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    options: LRSchedulerOptions = {},
  ) {
    expectOptions('SequentialLR', options, ['lastEpoch']);
    super('SequentialLR', optimizer, (options.lastEpoch ?? -1) + 1);
    expectSchedulers(optimizer, schedulers);
    expectMilestones(milestones, schedulers.length - 1);
    this.#schedulers = [...schedulers];
    this.#milestones = [...milestones];
    // Their constructors have each taken a first step.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.lastEpoch -= 1;
    schedulers[0]!.initialStep();
    this.noteLrs();
  }

  step(): void {
    this.lastEpoch += 1;
    const scheduler = this.#schedulers[this.#milestones.filter((epoch) => epoch <= this.lastEpoch).length]!;
    if (this.#milestones.includes(this.lastEpoch)) scheduler.restart();
    else scheduler.step();
    this.noteLrs();
  }

  override stateDict(): SchedulerStateDict {
    const _schedulers = this.#schedulers.map((scheduler) => scheduler.stateDict());
    return { ...super.stateDict(), _milestones: [...this.#milestones], _schedulers };
  }

  override loadStateDict(stateDict: object): void {
    super.loadStateDict(stateDict);
    const { _milestones, _schedulers } = dictOf(stateDict);
    this.#milestones = [...(_milestones as number[])];
    for (const [i, scheduler] of this.#schedulers.entries()) scheduler.loadStateDict((_schedulers as object[])[i]!);
  }

  override expectState(stateDict: object): void {
    super.expectState(stateDict);
    const { _milestones, _schedulers } = dictOf(stateDict);
    const count = this.#schedulers.length;
    expectMilestones(_milestones as readonly number[], count - 1);
    if (!Array.isArray(_schedulers) || _schedulers.length !== count) {
      const got = Array.isArray(_schedulers) ? `${_schedulers.length}` : kindOf(_schedulers);
      throw new ZooError(
        `SequentialLR.loadStateDict: expected the states of ${count} schedulers, got ${got}. Build it of the schedulers that it was saved with.`,
      );
    }
    for (const [i, scheduler] of this.#schedulers.entries()) scheduler.expectState(_schedulers[i]);
  }
}

function expectSchedulers(optimizer: Optimizer, schedulers: readonly LRScheduler[]): void {
  const given: readonly unknown[] = Array.isArray(schedulers) ? schedulers : [];
  const broken = given.flatMap((scheduler, i) => {
    if (!(scheduler instanceof LRScheduler)) return [`no such schedule at ${i}`];
    return scheduler.optimizer === optimizer ? [] : [`one of another optimizer at ${i}`];
  });
  if (given.length > 0 && broken.length === 0) return;
  throw new ZooError(
    `SequentialLR: expected an array of schedules of this optimizer (StepLR, CosineAnnealingLR …), got ` +
      `${broken.join(', ') || (Array.isArray(schedulers) ? 'an empty one' : kindOf(schedulers))}. Build all for the same optimizer.`,
  );
}

function expectMilestones(milestones: readonly number[], count: number): void {
  const isList = Array.isArray(milestones) && milestones.every((epoch) => typeof epoch === 'number');
  if (isList && milestones.length === count) return;
  throw new ZooError(
    `SequentialLR: expected ${count} milestones, one fewer than schedules, got ${valueText(milestones)}. Give the epoch at which each but the first begins.`,
  );
}
