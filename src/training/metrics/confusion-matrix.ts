import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { textTable } from '../../visualize/index.js';
import { expectState } from './mean.js';
import type { Metric } from './metric.js';
import { readBatch } from './read-batch.js';
import { predictedClass } from './top-k.js';

export interface ConfusionMatrixOptions {
  /** The names of the classes, for tables and figures; their numbers if not given. */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * How often examples of each class were taken for which.
 *
 * `compute()` gives the balanced accuracy: the mean recall of the classes that occurred.
 * @throws ZooError unless `classes` is a positive integer, with as many names if there are any
 * @example
 * ```ts
 * const matrix = new training.ConfusionMatrix(3);
 * await matrix.update(tf.tensor2d([[2, 1, 0], [0, 2, 1]]), tf.tensor1d([0, 2], 'int32'));
 * console.log(matrix.counts[2]); // [0, 1, 0]
 * console.log(matrix.recall()); // [1, NaN, 0]
 * const svg = visualize.toSVG(visualize.confusionFigure(matrix));
 * ```
 */
export class ConfusionMatrix implements Metric {
  readonly name = 'balancedAccuracy';
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Row by row. */
  #counts: number[];

  constructor(classes: number, { classNames }: ConfusionMatrixOptions = {}) {
    if (!(Number.isInteger(classes) && classes >= 1)) {
      throw new ZooError(
        `ConfusionMatrix: expected a positive number of classes, got ${classes}. Give the size of the model's output.`,
      );
    }
    if (classNames && classNames.length !== classes) {
      throw new ZooError(
        `ConfusionMatrix: expected ${classes} class names, got ${classNames.length}. Give one for each class.`,
      );
    }
    this.classes = classes;
    this.classNames = classNames ?? Array.from({ length: classes }, (_, index) => String(index));
    this.#counts = new Array(classes ** 2).fill(0);
  }

  async update(logits: tf.Tensor, labels: tf.Tensor): Promise<void> {
    const batch = await readBatch('ConfusionMatrix', logits, labels);
    if (batch.classes !== this.classes) {
      throw new ShapeError(
        `ConfusionMatrix: expected logits of ${this.classes} classes, got shape [${logits.shape.join(', ')}]. ` +
          `Make a ConfusionMatrix of ${batch.classes}.`,
      );
    }
    for (let row = 0; row < batch.labels.length; row++) {
      const predicted = predictedClass(batch.logits, row * this.classes, this.classes);
      this.#counts[batch.labels[row]! * this.classes + predicted]!++;
    }
  }

  /** [true class][predicted class] */
  get counts(): number[][] {
    return this.classNames.map((_, label) => this.#counts.slice(label * this.classes, (label + 1) * this.classes));
  }

  /** For each class, the share of its predictions that are right; NaN if it was never predicted. */
  precision(): number[] {
    const { counts } = this;
    return counts.map((row, index) => row[index]! / sum(counts.map((other) => other[index]!)));
  }

  /** For each class, the share of its examples that were recognised; NaN if it has none. */
  recall(): number[] {
    return this.counts.map((row, index) => row[index]! / sum(row));
  }

  compute(): number {
    const recalls = this.recall().filter((recall) => !Number.isNaN(recall));
    return sum(recalls) / recalls.length;
  }

  reset(): void {
    this.#counts.fill(0);
  }

  state(): readonly number[] {
    return [...this.#counts];
  }

  /** @throws ZooError unless the state has a number for each pair of classes */
  restore(state: readonly number[]): void {
    expectState('ConfusionMatrix', state, this.#counts.length);
    this.#counts = [...state];
  }

  /** A table with a row for each true class, a column for each predicted one, and what of them was right. */
  toString(): string {
    const recalls = this.recall();
    const numbers = this.counts.map((row, index) => [
      this.classNames[index]!,
      ...row.map(String),
      percent(recalls[index]!),
    ]);
    const titles = ['true \\ predicted', ...this.classNames, 'recall'];
    return textTable(
      titles.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' })),
      [...numbers, ['precision', ...this.precision().map(percent), '']],
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)}%`;
}
