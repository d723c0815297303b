import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectOptionsObject } from './checks.js';
import { elementwiseWithSlope } from './elementwise.js';
import { type LossOptions, type Reduced, type Reduction, reduce, reductionOf } from './loss-reduction.js';
import { expectBroadcast, expectWeightAlike } from './loss-shapes.js';

export interface WeightedLossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How much each element counts, in the input's shape. */
  readonly weight?: tf.Tensor | null;
}

export interface SmoothL1LossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Where the parabola becomes a line; at 0 there is no parabola, and the loss is L1Loss. */
  readonly beta?: number;
}

export interface HuberLossOptions<R extends Reduction = Reduction> extends WeightedLossOptions<R> {
  /** Where the parabola becomes a line. */
  readonly delta?: number;
}

/**
 * (input − target)².
 *
 * Shape: both any; [] comes out, or the input's shape if reduction is 'none'. Other shapes are broadcast, with a warning. With
 * `weight` the mean is divided by the sum of the weights.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: WeightedLossOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('mseLoss', options);
  return ofDifference('MSELoss', input, target, options, tf.square);
}

/**
 * |input − target|.
 *
 * Shape: as `mseLoss`.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: WeightedLossOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('l1Loss', options);
  return ofDifference('L1Loss', input, target, options, absolute);
}

/**
 * (input − target)² / (2·beta) where the difference is smaller than beta, else |input − target| − beta / 2.
 *
 * Shape: as `mseLoss`.
 * @throws ShapeError if beta is negative, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: SmoothL1LossOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('smoothL1Loss', options);
  const { beta = 1 } = options;
  expectBeta('SmoothL1Loss', beta);
  return ofDifference('SmoothL1Loss', input, target, options, (difference) =>
    beta === 0 ? absolute(difference) : tf.div(huber('SmoothL1Loss', difference, beta), beta),
  );
}

/**
 * (input − target)² / 2 where the difference is smaller than delta, else delta · (|input − target| − delta / 2).
 *
 * Shape: as `mseLoss`, but the mean is one over the elements with `weight` too, as in PyTorch.
 * @throws ShapeError if delta is not positive, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: HuberLossOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('huberLoss', options);
  const { delta = 1 } = options;
  expectDelta('HuberLoss', delta);
  return ofDifference(
    'HuberLoss',
    input,
    target,
    options,
    (difference) => huber('HuberLoss', difference, delta),
    'elements',
  );
}

export function expectBeta(who: string, beta: number): void {
  if (beta >= 0) return;
  throw new ShapeError(`${who}: expected beta of at least 0, got ${beta}. Give the difference where the line begins.`);
}

export function expectDelta(who: string, delta: number): void {
  if (delta > 0) return;
  throw new ShapeError(
    `${who}: expected a positive delta, got ${delta}. Give the difference where the line begins, or use L1Loss.`,
  );
}

function ofDifference<R extends Reduction>(
  who: string,
  input: tf.Tensor,
  target: tf.Tensor,
  options: WeightedLossOptions<R>,
  loss: (difference: tf.Tensor) => tf.Tensor,
  meanOver: 'weights' | 'elements' = 'weights',
): Reduced<R> {
  const { weight = null } = options;
  const reduction = reductionOf(who, options);
  expectBroadcast(who, input, target);
  if (weight) expectWeightAlike(who, weight, input);
  return tf.tidy(() => {
    const losses = loss(tf.sub(input, target));
    if (!weight) return reduce(losses, reduction);
    const weighted = tf.mul(losses, weight);
    if (reduction !== 'mean' || meanOver === 'elements') return reduce(weighted, reduction);
    return tf.div(tf.sum(weighted), tf.sum(weight)) as Reduced<R>;
  });
}

/** |x|; at 0 the gradient is 0, where that of tf.abs is −1. */
function absolute(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sign(x));
}

/** x² / 2 between ±delta, beyond them its tangents. */
function huber(who: string, x: tf.Tensor, delta: number): tf.Tensor {
  const clip = (difference: tf.Tensor) => tf.clipByValue(difference, -delta, delta);
  return elementwiseWithSlope(
    who,
    x,
    (difference) => {
      // One formula for parabola and tangents, which never squares a large difference.
      const clipped = clip(difference);
      return tf.mul(clipped, tf.sub(difference, tf.mul(clipped, 0.5)));
    },
    clip,
  );
}
