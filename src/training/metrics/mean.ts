import { ZooError } from '../../core/index.js';

/** A mean that is told its values one after the other, such as the loss of an epoch from those of its batches. */
export class Mean {
  #sum = 0;
  #weight = 0;

  /** @param weight how much the value counts: the number of examples that it is the mean of */
  add(value: number, weight = 1): void {
    this.#sum += value * weight;
    this.#weight += weight;
  }

  /** NaN if nothing was added. */
  compute(): number {
    return this.#sum / this.#weight;
  }

  reset(): void {
    this.#sum = 0;
    this.#weight = 0;
  }

  state(): readonly [sum: number, weight: number] {
    return [this.#sum, this.#weight];
  }

  /** @throws ZooError unless the state is two numbers */
  restore(state: readonly number[]): void {
    expectState('Mean', state, 2);
    [this.#sum, this.#weight] = state as [number, number];
  }
}

/** @throws ZooError unless a state has as many numbers as it should */
export function expectState(who: string, state: readonly number[], count: number): void {
  if (state.length === count && state.every((value) => typeof value === 'number')) return;
  throw new ZooError(
    `${who}: expected a state of ${count} numbers, got ${JSON.stringify(state).slice(0, 60)}. Restore what state() gave.`,
  );
}
