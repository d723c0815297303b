import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { Mean } from './mean.js';
import type { Metric } from './metric.js';
import { readBatch } from './read-batch.js';

/**
 * The share of examples whose label is among the k classes of the largest logits.
 *
 * Equal logits count in the order of their classes, so that a model that says the same of every class gets k right of them and not
 * all; NaN is larger than any number, as in torch.topk.
 * @throws ZooError unless k is a positive integer
 * @see https://docs.pytorch.org/docs/stable/generated/torch.topk.html
 */
export class TopK implements Metric {
  readonly k: number;
  readonly name: string;
  #hits = new Mean();

  constructor(k: number) {
    if (!(Number.isInteger(k) && k >= 1)) {
      throw new ZooError(`TopK: expected k to be a positive integer, got ${k}. Give 1 or more.`);
    }
    this.k = k;
    this.name = k === 1 ? 'accuracy' : `top${k}`;
  }

  async update(logits: tf.Tensor, labels: tf.Tensor): Promise<void> {
    const batch = await readBatch(this.name, logits, labels, this.k);
    for (let row = 0; row < batch.labels.length; row++) {
      const rank = rankOf(batch.logits, row * batch.classes, batch.classes, batch.labels[row]!);
      this.#hits.add(rank < this.k ? 1 : 0);
    }
  }

  compute(): number {
    return this.#hits.compute();
  }

  reset(): void {
    this.#hits.reset();
  }

  state(): readonly number[] {
    return this.#hits.state();
  }

  restore(state: readonly number[]): void {
    this.#hits.restore(state);
  }
}

/** The share of examples whose label has the largest logit. */
export class Accuracy extends TopK {
  constructor() {
    super(1);
  }
}

/** How many classes come before `label` in a row that begins at `offset`. */
function rankOf(logits: ArrayLike<number>, offset: number, classes: number, label: number): number {
  const own = logits[offset + label]!;
  let rank = 0;
  for (let index = 0; index < classes; index++) {
    const other = logits[offset + index]!;
    const isEqual = other === own || (Number.isNaN(other) && Number.isNaN(own));
    if (isEqual ? index < label : isLarger(other, own)) rank++;
  }
  return rank;
}

function isLarger(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}

/** The class of the largest logit of a row that begins at `offset`. */
export function predictedClass(logits: ArrayLike<number>, offset: number, classes: number): number {
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if (isLarger(logits[offset + index]!, logits[offset + best]!)) best = index;
  }
  return best;
}
