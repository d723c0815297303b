import * as tf from '@tensorflow/tfjs-core';
import { expectOptionsObject } from './checks.js';
import { elementwiseWithSlope } from './elementwise.js';
import {
  KL_DIV_REDUCTIONS,
  type KLDivReduction,
  type LossOptions,
  type Reduced,
  reduce,
  reductionOf,
} from './loss-reduction.js';
import { expectBroadcast } from './loss-shapes.js';

export interface KLDivLossOptions<R extends KLDivReduction = KLDivReduction> extends LossOptions<R> {
  /** Whether the target is of logarithms too. */
  readonly logTarget?: boolean;
}

/**
 * target · (log(target) − input), the input being of log-probabilities: the Kullback-Leibler divergence is its sum.
 *
 * Shape: both any; [] comes out, or the input's shape if reduction is 'none'. Two shapes are broadcast, with a warning. 'mean'
 * divides by the number of elements, 'batchmean' by the first axis of the input: that is the divergence.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export function klDiv<R extends KLDivReduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: KLDivLossOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('klDiv', options);
  const who = 'KLDivLoss';
  const { logTarget = false } = options;
  const reduction: KLDivReduction = reductionOf(who, options, KL_DIV_REDUCTIONS);
  expectBroadcast(who, input, target);
  return tf.tidy(() => {
    const losses = logTarget
      ? tf.mul(tf.exp(target), tf.sub(target, input))
      : tf.sub(timesLog(target), tf.mul(target, input));
    if (reduction !== 'batchmean') return reduce(losses, reduction) as Reduced<R>;
    return tf.div(tf.sum(losses), input.shape[0] ?? 1) as Reduced<R>;
  });
}

/** x · log(x), 0 at 0. */
function timesLog(x: tf.Tensor): tf.Tensor {
  const log = (p: tf.Tensor) => tf.log(tf.add(p, tf.cast(tf.equal(p, 0), 'float32')));
  return elementwiseWithSlope(
    'KLDivLoss',
    x,
    (p) => tf.mul(p, log(p)),
    (p) => tf.add(log(p), 1),
  );
}
