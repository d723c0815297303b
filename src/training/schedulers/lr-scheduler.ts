import { ZooError } from '../../core/index.js';
import { expectOptions } from '../../nn/index.js';
import type { Optimizer } from '../optim/optimizer.js';
import { Scheduler, type SchedulerStateDict } from './scheduler.js';

export interface LRSchedulerOptions {
  /** The step after which a training goes on; −1 begins one. */
  readonly lastEpoch?: number;
}

/**
 * A schedule that knows each learning rate from the number of the step, and the rate before.
 *
 * The rate before is what the group has, so that schedules can be put on top of one another. A schedule begins with the step 0, taken
 * by its constructor.
 * @see https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler extends Scheduler {
  /** The learning rates that the groups had at first. */
  readonly baseLrs: number[];
  #isInitial = false;

  constructor(who: string, optimizer: Optimizer, options: LRSchedulerOptions, known: readonly string[]) {
    expectOptions(who, options, [...known, 'lastEpoch']);
    const { lastEpoch = -1 } = options;
    super(who, optimizer, lastEpoch);
    this.baseLrs = optimizer.paramGroups.map((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      if (group.initialLr !== undefined) return group.initialLr;
      throw new ZooError(
        `${who}: expected initialLr in group ${i} to go on after epoch ${lastEpoch}, got none. ` +
          "Load the optimizer's state first, or set it to the learning rate at the beginning.",
      );
    });
  }

  /** The rate of a group at `lastEpoch`, from that of the step before: PyTorch's chainable form. */
  protected abstract nextLr(lr: number, baseLr: number, group: number): number;

  step(): void {
    this.lastEpoch += 1;
    for (const [i, group] of this.optimizer.paramGroups.entries()) {
      group.lr = this.nextLr(group.lr, this.baseLrOf(i), i);
    }
    this.noteLrs();
  }

  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), _step_count: this.lastEpoch + 1 };
  }

  /** Whether the step is the one of the constructor: a training that goes on has its rates already. */
  protected get isInitial(): boolean {
    return this.#isInitial;
  }

  /**
   * Takes the step that a constructor ends with.
   * @internal
   */
  initialStep(): void {
    this.#isInitial = true;
    this.step();
    this.#isInitial = false;
  }

  /**
   * Begins anew, from the learning rates that the groups had at first.
   * @internal
   */
  restart(): void {
    for (const [i, group] of this.optimizer.paramGroups.entries()) group.lr = this.baseLrOf(i);
    this.lastEpoch = -1;
    this.initialStep();
  }

  /** A group that was added later has none, and begins at its own rate. */
  private baseLrOf(group: number): number {
    return this.baseLrs[group] ?? this.optimizer.paramGroups[group]!.lr;
  }
}
