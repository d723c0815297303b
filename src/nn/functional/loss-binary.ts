import * as tf from '@tensorflow/tfjs-core';
import { expectOptionsObject } from './checks.js';
import { type LossOptions, type Reduced, type Reduction, reduce, reductionOf } from './loss-reduction.js';
import { expectAlike, expectWeightFits } from './loss-shapes.js';
import { logsigmoid } from './smooth-activations.js';
import { withGradient } from './with-gradient.js';

export interface BCELossFunctionOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How much each element counts; broadcasts to the input. */
  readonly weight?: tf.Tensor | null;
}

export interface BCEWithLogitsLossFunctionOptions<R extends Reduction = Reduction> extends BCELossFunctionOptions<R> {
  /** How much the positive answer of each element counts; broadcasts to the input. */
  readonly posWeight?: tf.Tensor | null;
}

/** No logarithm counts for less: the loss of a probability of 0 stays finite. */
const LEAST_LOG = -100;
/** What p · (1 − p) is at least, where a gradient is divided by it. */
const EPSILON = 1e-12;

/**
 * −target · log(input) − (1 − target) · log(1 − input), the logarithms being at least −100.
 *
 * Shape: both any, but alike; [] comes out, or the same shape if reduction is 'none'. `weight` broadcasts to it, channels last.
 *
 * Differs from PyTorch: an input outside 0 … 1 gives NaN and no error, for a tensor on a GPU cannot be read in time.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export function binaryCrossEntropy<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: BCELossFunctionOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('binaryCrossEntropy', options);
  const who = 'BCELoss';
  const { weight = null } = options;
  const reduction = reductionOf(who, options);
  expectAlike(who, input, target);
  if (weight) expectWeightFits(who, 'weight', weight, input);
  return tf.tidy(() => {
    const losses = ofProbabilities(input, target);
    return reduce(weight ? tf.mul(losses, weight) : losses, reduction);
  });
}

/**
 * The binary cross entropy of sigmoid(input), computed without overflow.
 *
 * Shape: both any, but alike; [] comes out, or the same shape if reduction is 'none'. `weight` and `posWeight` broadcast to it:
 * [C] counts channels.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export function binaryCrossEntropyWithLogits<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: BCEWithLogitsLossFunctionOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('binaryCrossEntropyWithLogits', options);
  const who = 'BCEWithLogitsLoss';
  const { weight = null, posWeight = null } = options;
  const reduction = reductionOf(who, options);
  expectAlike(who, input, target);
  if (weight) expectWeightFits(who, 'weight', weight, input);
  if (posWeight) expectWeightFits(who, 'posWeight', posWeight, input);
  return tf.tidy(() => {
    // −log sigmoid(−x) is x − log sigmoid(x).
    const ofNegatives = tf.mul(tf.sub(1, target), input);
    const logWeight = posWeight ? tf.add(tf.mul(tf.sub(posWeight, 1), target), 1) : 1;
    const losses = tf.sub(ofNegatives, tf.mul(logWeight, logsigmoid(input)));
    return reduce(weight ? tf.mul(losses, weight) : losses, reduction);
  });
}

/** The loss of each element. Its gradient is PyTorch's, finite at inputs of 0 and 1, where that of the formula is not. */
function ofProbabilities(input: tf.Tensor, target: tf.Tensor): tf.Tensor {
  // Not log1p: of −1 and less, WebGL has something finite.
  const logOfNo = (p: tf.Tensor) => tf.log(tf.sub(1, p));
  return withGradient(
    [input, target],
    (p, t) => {
      const yes = tf.mul(t, tf.maximum(tf.log(p), LEAST_LOG));
      const no = tf.mul(tf.sub(1, t), tf.maximum(logOfNo(p), LEAST_LOG));
      return tf.neg(tf.add(yes, no));
    },
    (dy, p, t) => {
      const variance = tf.maximum(tf.mul(p, tf.sub(1, p)), EPSILON);
      return [tf.mul(dy, tf.div(tf.sub(p, t), variance)), tf.mul(dy, tf.sub(logOfNo(p), tf.log(p)))];
    },
  );
}
