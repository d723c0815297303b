import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectReduction, type LossOptions, type Reduction, reduce } from './loss-reduction.js';
import { expectBroadcast } from './loss-shapes.js';

export interface SmoothL1LossOptions extends LossOptions {
  /** Where the parabola becomes a line; at 0 there is no parabola, and the loss is L1Loss. */
  readonly beta?: number;
}

export interface HuberLossOptions extends LossOptions {
  /** Where the parabola becomes a line. */
  readonly delta?: number;
}

/**
 * (input − target)².
 *
 * Shape: both any; [] comes out, or the input's shape if reduction is 'none'. Other shapes are broadcast, with a warning.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss(input: tf.Tensor, target: tf.Tensor, options: LossOptions = {}): tf.Tensor {
  return ofDifference('MSELoss', input, target, options.reduction, tf.square);
}

/**
 * |input − target|.
 *
 * Shape: as `mseLoss`.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss(input: tf.Tensor, target: tf.Tensor, options: LossOptions = {}): tf.Tensor {
  return ofDifference('L1Loss', input, target, options.reduction, absolute);
}

/**
 * (input − target)² / (2·beta) where the difference is smaller than beta, else |input − target| − beta / 2.
 *
 * Shape: as `mseLoss`.
 * @throws ShapeError if beta is negative, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss(input: tf.Tensor, target: tf.Tensor, options: SmoothL1LossOptions = {}): tf.Tensor {
  const { beta = 1, reduction } = options;
  expectBeta('SmoothL1Loss', beta);
  return ofDifference('SmoothL1Loss', input, target, reduction, (difference) =>
    beta === 0 ? absolute(difference) : tf.div(huber(difference, beta), beta),
  );
}

/**
 * (input − target)² / 2 where the difference is smaller than delta, else delta · (|input − target| − delta / 2).
 *
 * Shape: as `mseLoss`.
 * @throws ShapeError if delta is not positive, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss(input: tf.Tensor, target: tf.Tensor, options: HuberLossOptions = {}): tf.Tensor {
  const { delta = 1, reduction } = options;
  expectDelta('HuberLoss', delta);
  return ofDifference('HuberLoss', input, target, reduction, (difference) => huber(difference, delta));
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

function ofDifference(
  who: string,
  input: tf.Tensor,
  target: tf.Tensor,
  reduction: Reduction = 'mean',
  loss: (difference: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  expectReduction(who, reduction);
  expectBroadcast(who, input, target);
  return tf.tidy(() => reduce(loss(tf.sub(input, target)), reduction));
}

/** |x|; at 0 the gradient is 0, where that of tf.abs is −1. */
function absolute(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sign(x));
}

/** x² / 2 between ±delta, beyond them the tangents. */
function huber(x: tf.Tensor, delta: number): tf.Tensor {
  // One formula for both, without the square of a large x: inside, clipped is x; outside, ±delta.
  const clipped = tf.clipByValue(x, -delta, delta);
  return tf.mul(clipped, tf.sub(x, tf.mul(clipped, 0.5)));
}
