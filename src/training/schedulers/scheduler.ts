import { listed, ZooError } from '../../core/index.js';
import { kindOf } from '../../nn/index.js';
import { aNumber } from '../optim/limits.js';
import { toSnakeCase } from '../optim/names.js';
import { Optimizer } from '../optim/optimizer.js';
import { expectWithin } from '../optim/settings.js';
import { copyOf, dictOf, formOf } from './saved-values.js';

/** A scheduler's state as PyTorch saves it. */
export type SchedulerStateDict = Record<string, unknown>;

/**
 * What changes an optimizer's learning rates while it trains: the base of `torch.optim.lr_scheduler`.
 *
 * Its state are its own public properties, as in PyTorch its `__dict__` is.
 */
export abstract class Scheduler {
  readonly optimizer: Optimizer;
  /** The number of the last step. */
  lastEpoch: number;
  readonly #typeName: string;
  #lastLr: number[];

  /** @param typeName the name that errors begin with */
  constructor(typeName: string, optimizer: Optimizer, lastEpoch: number) {
    if (!(optimizer instanceof Optimizer)) {
      throw new ZooError(
        `${typeName}: expected an optimizer, got ${kindOf(optimizer)}. Give one such as new training.SGD(…).`,
      );
    }
    expectWithin(typeName, { limits: { lastEpoch: aNumber } }, { lastEpoch });
    this.#typeName = typeName;
    this.optimizer = optimizer;
    this.lastEpoch = lastEpoch;
    this.#lastLr = this.currentLrs();
  }

  /** Goes on to the next epoch, or whatever a step stands for. `ReduceLROnPlateau` is told how the last one went. */
  abstract step(metric?: number): void;

  /** The learning rate of each group after the last step. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** What the scheduler knows, in the form that PyTorch's `load_state_dict` takes. */
  stateDict(): SchedulerStateDict {
    const own = this.#ownState().map(([name, value]) => [toSnakeCase(name), copyOf(value)]);
    return { ...Object.fromEntries(own), _last_lr: this.getLastLr() };
  }

  /**
   * Goes on from a state dict of this or of PyTorch's scheduler of the same name. Learning rates are part of the optimizer's state, which is
   * to be loaded too. Nothing changes if it throws.
   * @throws ZooError listing at once all that is missing, or of another kind or length
   */
  loadStateDict(stateDict: object): void {
    this.expectState(stateDict);
    const saved = dictOf(stateDict);
    for (const [name] of this.#ownState()) {
      (this as Record<string, unknown>)[name] = copyOf(saved[toSnakeCase(name)]);
    }
    const { _last_lr: lastLr } = saved;
    this.#lastLr = Array.isArray(lastLr) ? lastLr.map(Number) : this.currentLrs();
  }

  /**
   * Checks what is to be loaded.
   * @internal
   */
  expectState(stateDict: object): void {
    const saved = dictOf(stateDict);
    const own = this.#ownState().map(([name, value]) => [toSnakeCase(name), value] as const);
    const missing = own.filter(([name]) => saved[name] === undefined).map(([name]) => name);
    const wrong = own
      .filter(([name, value]) => saved[name] !== undefined && formOf(saved[name]) !== formOf(value))
      .map(([name, value]) => `${name} (expected ${formOf(value)}, got ${formOf(saved[name])})`);
    const parts = [listed('missing', missing), listed('wrong', wrong)].filter((part) => part !== '');
    if (parts.length === 0) return;
    throw new ZooError(
      `${this.#typeName}.loadStateDict: expected the state of a ${this.#typeName} for ${this.optimizer.paramGroups.length} groups, ` +
        `got ${parts.join('; ')}. Load it into the kind of scheduler that it was saved from.`,
    );
  }

  protected currentLrs(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Notes the learning rates as those of the last step. */
  protected noteLrs(): void {
    this.#lastLr = this.currentLrs();
  }

  #ownState(): [string, unknown][] {
    return Object.entries(this).filter(([name]) => name !== 'optimizer');
  }
}
