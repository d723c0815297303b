import { ZooError } from '../../core/index.js';
import type { Optimizer } from '../optim/optimizer.js';
import { valueText } from '../optim/settings.js';
import { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';
import type { SchedulerStateDict } from './scheduler.js';

/** A factor of the learning rate for each epoch. */
export type LRLambda = (epoch: number) => number;

/**
 * Multiplies the learning rates that the groups had at first by what a function says.
 *
 * The functions are not part of the state.
 * @param lrLambda one function for all groups, or an array with one for each
 * @throws ZooError if there are not as many functions as groups
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 */
export class LambdaLR extends LRScheduler {
  readonly #lrLambdas: readonly LRLambda[];

  constructor(optimizer: Optimizer, lrLambda: LRLambda | readonly LRLambda[], options: LRSchedulerOptions = {}) {
    super('LambdaLR', optimizer, options, []);
    const lambdas: readonly LRLambda[] = Array.isArray(lrLambda) ? lrLambda : this.baseLrs.map(() => lrLambda);
    if (lambdas.length !== this.baseLrs.length || !lambdas.every((lambda) => typeof lambda === 'function')) {
      throw new ZooError(
        `LambdaLR: expected one function, or ${this.baseLrs.length}, one for each group, got ${valueText(lrLambda)}. Give (epoch) => factor.`,
      );
    }
    this.#lrLambdas = lambdas;
    this.initialStep();
  }

  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), lr_lambdas: this.#lrLambdas.map(() => null) };
  }

  protected nextLr(lr: number, baseLr: number, group: number): number {
    const lambda = this.#lrLambdas[group];
    return lambda ? baseLr * lambda(this.lastEpoch) : lr;
  }
}
