import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';

/** A batch in plain memory. */
export interface BatchValues {
  readonly classes: number;
  /** [N, classes], row by row. */
  readonly logits: ArrayLike<number>;
  /** [N] */
  readonly labels: ArrayLike<number>;
}

/**
 * Reads a classifier's batch back.
 *
 * A few thousand numbers a step: less than what it would take to have each backend order ties and NaN alike.
 * @param leastClasses how many classes the logits must have
 * @throws ShapeError if shapes and types do not fit, or a label is no class
 */
export async function readBatch(
  who: string,
  logits: tf.Tensor,
  labels: tf.Tensor,
  leastClasses = 1,
): Promise<BatchValues> {
  expectBatch(who, logits, labels);
  const classes = logits.shape[1]!;
  if (classes < leastClasses) {
    throw new ShapeError(
      `${who}: expected logits of at least ${leastClasses} classes, got shape [${logits.shape.join(', ')}]. Give it a smaller k.`,
    );
  }
  const [logitValues, labelValues] = await Promise.all([logits.data(), labels.data()]);
  const wrong = labelValues.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new ShapeError(
      `${who}: expected labels from 0 to ${classes - 1}, got ${labelValues[wrong]} at position ${wrong}. ` +
        'Give the model an output for each class.',
    );
  }
  return { classes, logits: logitValues, labels: labelValues };
}

function expectBatch(who: string, logits: tf.Tensor, labels: tf.Tensor): void {
  const isTensor = logits instanceof tf.Tensor && labels instanceof tf.Tensor;
  const [count, classes = 0] = isTensor ? logits.shape : [];
  const fits = isTensor && logits.rank === 2 && classes > 0 && labels.rank === 1 && labels.shape[0] === count;
  if (fits && logits.dtype !== 'string' && labels.dtype === 'int32') return;
  throw new ShapeError(
    `${who}: expected logits [N, classes] and int32 labels [N], got ${textOf(logits)} and ${textOf(labels)}. ` +
      "Give a batch; labels are made with tf.tensor1d(labels, 'int32').",
  );
}

function textOf(x: unknown): string {
  return x instanceof tf.Tensor ? `${x.dtype} [${x.shape.join(', ')}]` : typeof x;
}
