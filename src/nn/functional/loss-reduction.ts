import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';

/** What becomes of the losses of the elements: their mean, their sum, or nothing. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface LossOptions {
  readonly reduction?: Reduction;
}

export const REDUCTIONS = ['none', 'mean', 'sum'] as const satisfies readonly Reduction[];

/** @throws ZooError unless it is one of those known */
export function expectReduction(who: string, reduction: string, known: readonly string[] = REDUCTIONS): void {
  if (known.includes(reduction)) return;
  throw new ZooError(
    `${who}: expected reduction to be one of ${known.join(', ')}, got ${JSON.stringify(reduction)}. Choose one of these.`,
  );
}

/** Losses of elements → [] for the mean and the sum; the mean of none is NaN. */
export function reduce(losses: tf.Tensor, reduction: Reduction): tf.Tensor {
  if (reduction === 'none') return losses;
  const sum = tf.sum(losses);
  return reduction === 'sum' ? sum : tf.div(sum, losses.size);
}
