import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';

/** What becomes of the losses of the elements: their mean, their sum, or nothing. */
export type Reduction = 'none' | 'mean' | 'sum';

/** What comes out: one number, or a loss for each element. */
export type Reduced<R extends Reduction> = R extends 'none' ? tf.Tensor : tf.Scalar;

export interface LossOptions<R extends Reduction = Reduction> {
  /** 'mean' if not given. */
  readonly reduction?: R;
}

const REDUCTIONS: readonly string[] = ['none', 'mean', 'sum'] satisfies Reduction[];

/** @throws ZooError unless it is one of the three */
export function reductionOf<R extends Reduction>(who: string, options: LossOptions<R>): R {
  const { reduction = 'mean' } = options;
  if (REDUCTIONS.includes(reduction)) return reduction as R;
  throw new ZooError(
    `${who}: expected reduction to be one of ${REDUCTIONS.join(', ')}, got ${JSON.stringify(reduction)}. Choose one of these.`,
  );
}

/** Losses of elements → [] for the mean and the sum; the mean of none is NaN. */
export function reduce<R extends Reduction>(losses: tf.Tensor, reduction: R): Reduced<R> {
  if (reduction === 'none') return losses as Reduced<R>;
  const sum = tf.sum(losses);
  return (reduction === 'sum' ? sum : tf.div(sum, losses.size)) as Reduced<R>;
}
