import type * as tf from '@tensorflow/tfjs-core';
import type { Metric } from '../metrics/index.js';
import type { Figures } from './records.js';

/** The sums of a pass that is not over, as a checkpoint keeps them. */
export interface TallyState {
  readonly examples: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** The mean loss of a pass, by examples, and its metrics. */
export class Tally {
  #examples = 0;
  #loss = 0;
  readonly #metrics: readonly Metric[];

  constructor(metrics: readonly Metric[]) {
    this.#metrics = metrics;
    for (const metric of metrics) metric.reset();
  }

  /** @param outputs of the model; they stay the caller's */
  async add(loss: number, outputs: tf.Tensor, labels: tf.Tensor): Promise<void> {
    const size = labels.shape[0] ?? 1;
    this.#examples += size;
    this.#loss += size * loss;
    for (const metric of this.#metrics) await metric.update(outputs, labels);
  }

  async figures(): Promise<Figures> {
    const figures: Record<string, number> & Figures = { loss: this.#loss / this.#examples };
    for (const metric of this.#metrics) figures[metric.name] = await metric.compute();
    return figures;
  }

  async state(): Promise<TallyState> {
    const states = await Promise.all(this.#metrics.map(async (metric) => [metric.name, await metric.state()] as const));
    return { examples: this.#examples, loss: this.#loss, metrics: Object.fromEntries(states) };
  }

  restore({ examples, loss, metrics }: TallyState): void {
    this.#examples = examples;
    this.#loss = loss;
    for (const metric of this.#metrics) {
      if (Object.hasOwn(metrics, metric.name)) metric.restore(metrics[metric.name] as never);
    }
  }
}
