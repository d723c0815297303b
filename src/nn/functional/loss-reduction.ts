import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';

/** What becomes of the losses of the elements: their mean, their sum, or nothing. */
export type Reduction = 'none' | 'mean' | 'sum';

/** KLDivLoss alone can also divide the sum by the batch size. */
export type KLDivReduction = Reduction | 'batchmean';

/** What comes out: one number, or a loss for each element. */
export type Reduced<R extends KLDivReduction> = R extends 'none' ? tf.Tensor : tf.Scalar;

export interface LossOptions<R extends KLDivReduction = Reduction> {
  /** 'mean' if not given. */
  readonly reduction?: R;
}

const REDUCTIONS: readonly string[] = ['none', 'mean', 'sum'] satisfies Reduction[];
export const KL_DIV_REDUCTIONS: readonly string[] = [...REDUCTIONS, 'batchmean'];

/** @throws ZooError unless it is one of those known */
export function reductionOf<R extends KLDivReduction>(who: string, options: LossOptions<R>, known = REDUCTIONS): R {
  const { reduction = 'mean' } = options;
  if (known.includes(reduction)) return reduction as R;
  throw new ZooError(
    `${who}: expected reduction to be one of ${known.join(', ')}, got ${JSON.stringify(reduction)}. Choose one of these.`,
  );
}

/** Losses of elements → [] for the mean and the sum; the mean of none is NaN. */
export function reduce<R extends Reduction>(losses: tf.Tensor, reduction: R): Reduced<R> {
  if (reduction === 'none') return losses as Reduced<R>;
  const sum = tf.sum(losses);
  return (reduction === 'sum' ? sum : tf.div(sum, losses.size)) as Reduced<R>;
}
