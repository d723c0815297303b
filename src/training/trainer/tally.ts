import type * as tf from '@tensorflow/tfjs-core';
import { Mean, type Metric } from '../metrics/index.js';
import type { Figures } from './records.js';

/** The sums of a pass that is not over, as a checkpoint keeps them. */
export interface TallyState {
  readonly loss: readonly number[];
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

/** Of a pass that has not begun. */
export const noSums: TallyState = { loss: [0, 0], metrics: {} };

/** The mean loss of a pass, by examples, and its metrics. */
export class Tally {
  readonly #loss = new Mean();
  readonly #metrics: readonly Metric[];

  constructor(metrics: readonly Metric[]) {
    this.#metrics = metrics;
    for (const metric of metrics) metric.reset();
  }

  /** @param outputs of the model; they stay the caller's */
  async add(loss: number, outputs: tf.Tensor, labels: tf.Tensor): Promise<void> {
    this.#loss.add(loss, labels.shape[0] ?? 1);
    for (const metric of this.#metrics) await metric.update(outputs, labels);
  }

  figures(): Figures {
    const figures = this.#metrics.map((metric) => [metric.name, metric.compute()] as const);
    return { loss: this.#loss.compute(), ...Object.fromEntries(figures) };
  }

  state(): TallyState {
    const states = this.#metrics.map((metric) => [metric.name, metric.state()] as const);
    return { loss: this.#loss.state(), metrics: Object.fromEntries(states) };
  }

  restore({ loss, metrics }: TallyState): void {
    this.#loss.restore(loss);
    for (const metric of this.#metrics) {
      const state = metrics[metric.name];
      if (state) metric.restore(state);
    }
  }
}
