import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf, ZooError } from '../../core/index.js';
import { expectFloat, expectOptionsObject, expectTensor, shapeText } from './checks.js';
import { type LossOptions, type Reduced, type Reduction, reduce, reductionOf } from './loss-reduction.js';
import { isSameShape } from './loss-shapes.js';

export interface NLLLossFunctionOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How much each class counts, [C]. */
  readonly weight?: tf.Tensor | null;
  /** The class index that does not count. */
  readonly ignoreIndex?: number;
}

export interface CrossEntropyLossFunctionOptions<R extends Reduction = Reduction> extends NLLLossFunctionOptions<R> {
  /** The share of the target that is spread evenly over all classes, 0 to 1. */
  readonly labelSmoothing?: number;
}

/** A class that no target has. */
export const NOTHING_IGNORED = -100;

/**
 * −log of the probability that logits give to the target class, or to a distribution over the classes.
 *
 * Shape: input [..., C], such as [N, C], [C] or [N, H, W, C]; target [...] (int32 class indices) or [..., C] (probabilities) →
 * [], or [...] if reduction is 'none'. With class indices the mean is weighted, and that of none is NaN.
 *
 * Differs from PyTorch: a class index that does not exist gives NaN and no error, for a tensor on a GPU cannot be read in time.
 * @throws ShapeError if shapes or dtypes do not fit, or labelSmoothing is outside 0 … 1
 * @throws ZooError if probabilities are given with an ignoreIndex, or the reduction is none
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 */
export function crossEntropy<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: CrossEntropyLossFunctionOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('crossEntropy', options);
  const who = 'CrossEntropyLoss';
  const { weight = null, ignoreIndex = NOTHING_IGNORED, labelSmoothing = 0 } = options;
  const reduction = reductionOf(who, options);
  expectSmoothing(who, labelSmoothing);
  expectClasses(who, input, weight);
  expectTensor(who, target);
  const isDistribution = isSameShape(target.shape, input.shape);
  if (isDistribution) expectDistribution(who, target, ignoreIndex);
  else expectIndices(who, input, target, ', or probabilities of its whole shape');
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(rowsOf(input)); // [P, C]
    return isDistribution
      ? ofDistribution(logProbabilities, target, { weight, reduction, labelSmoothing })
      : ofIndices(logProbabilities, target, { weight, ignoreIndex, reduction, labelSmoothing });
  });
}

/**
 * −log of the probability of the target class, from log-probabilities such as LogSoftmax gives.
 *
 * Shape: input [..., C], target [...] (int32 class indices) → [], or [...] if reduction is 'none'.
 *
 * Differs from PyTorch: as `crossEntropy`.
 * @throws ShapeError if shapes or dtypes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export function nllLoss<R extends Reduction = 'mean'>(
  input: tf.Tensor,
  target: tf.Tensor,
  options: NLLLossFunctionOptions<R> = {},
): Reduced<R> {
  expectOptionsObject('nllLoss', options);
  const who = 'NLLLoss';
  const { weight = null, ignoreIndex = NOTHING_IGNORED } = options;
  const reduction = reductionOf(who, options);
  expectClasses(who, input, weight);
  expectTensor(who, target);
  expectIndices(who, input, target, '');
  return tf.tidy(() => ofIndices(rowsOf(input), target, { weight, ignoreIndex, reduction, labelSmoothing: 0 }));
}

/** [..., C] → [P, C], P being the number of positions. */
function rowsOf(x: tf.Tensor): tf.Tensor2D {
  const classes = x.shape[x.rank - 1]!;
  return tf.reshape(x, [sizeOf(x.shape.slice(0, -1)), classes]);
}

interface DistributionOptions<R extends Reduction> {
  readonly weight: tf.Tensor | null;
  readonly reduction: R;
  readonly labelSmoothing: number;
}

/** logProbabilities [P, C], target [..., C] → [] or [...] */
function ofDistribution<R extends Reduction>(
  logProbabilities: tf.Tensor2D,
  target: tf.Tensor,
  { weight, reduction, labelSmoothing }: DistributionOptions<R>,
): Reduced<R> {
  const classes = logProbabilities.shape[1];
  const given = rowsOf(target);
  const smoothed = labelSmoothing === 0 ? given : tf.add(tf.mul(given, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = weight ? tf.mul(smoothed, weight) : smoothed;
  const losses = tf.neg(tf.sum(tf.mul(logProbabilities, weighted), 1)); // [P]
  return reduce(tf.reshape(losses, target.shape.slice(0, -1)), reduction);
}

interface IndicesOptions<R extends Reduction> extends DistributionOptions<R> {
  readonly ignoreIndex: number;
}

/** logProbabilities [P, C], target [...] → [] or [...] */
function ofIndices<R extends Reduction>(
  logProbabilities: tf.Tensor2D,
  target: tf.Tensor,
  { weight, ignoreIndex, reduction, labelSmoothing }: IndicesOptions<R>,
): Reduced<R> {
  const [positions, classes] = logProbabilities.shape;
  const indices = tf.reshape(target, [positions]);
  const isTarget = tf.equal(tf.reshape(target, [positions, 1]), tf.range(0, classes, 1, 'int32')); // [P, C]
  const counts = tf.notEqual(indices, ignoreIndex); // [P]
  const weights = weightsOf(isTarget, counts, weight); // [P]
  // Chosen and not multiplied by 0: of a class that is not the target, −∞ is a fine log-probability.
  const chosen = tf.sum(tf.where(isTarget, logProbabilities, tf.zerosLike(logProbabilities)), 1);
  const ofTarget = tf.mul(chosen, weights);
  const total = labelSmoothing === 0 ? ofTarget : smooth(ofTarget, logProbabilities, weight, labelSmoothing);
  const losses = tf.where(counts, tf.neg(total), tf.zerosLike(total)); // [P]
  if (reduction === 'mean') return weightedMean(losses, weights, counts) as Reduced<R>;
  return reduce(tf.reshape(losses, target.shape), reduction);
}

/** How much each position counts: 0 where it is ignored, NaN where its class does not exist. */
function weightsOf(isTarget: tf.Tensor, counts: tf.Tensor, weight: tf.Tensor | null): tf.Tensor {
  const oneHot = tf.cast(isTarget, 'float32');
  const weights = tf.sum(weight ? tf.mul(oneHot, weight) : oneHot, 1);
  const known = tf.where(tf.any(isTarget, 1), weights, tf.fill(weights.shape, Number.NaN));
  return tf.where(counts, known, tf.zerosLike(weights));
}

/** Takes a share of the weighted log-probabilities from the target, and spreads it over all classes: [P] → [P] */
function smooth(
  ofTarget: tf.Tensor,
  logProbabilities: tf.Tensor2D,
  weight: tf.Tensor | null,
  labelSmoothing: number,
): tf.Tensor {
  const classes = logProbabilities.shape[1];
  const ofAll = tf.sum(weight ? tf.mul(logProbabilities, weight) : logProbabilities, 1);
  return tf.add(tf.mul(ofTarget, 1 - labelSmoothing), tf.mul(ofAll, labelSmoothing / classes));
}

/**
 * The sum of the losses over that of the weights: [P] → []. Where nothing counts it is NaN, yet what is ignored has a gradient
 * of 0, so that a batch without labels does not ruin a model.
 */
function weightedMean(losses: tf.Tensor, weights: tf.Tensor, counts: tf.Tensor): tf.Scalar {
  const sum = tf.sum(weights);
  // Said and not divided: WebGL takes 0 / 0 for 1.
  const nanOfNothing = tf.where(tf.equal(sum, 0), Number.NaN, 0);
  const share = tf.div(tf.onesLike(losses), tf.add(sum, nanOfNothing));
  const shares = tf.where(counts, share, tf.zerosLike(share));
  return tf.add(tf.sum(tf.mul(losses, shares)), nanOfNothing);
}

export function expectSmoothing(who: string, labelSmoothing: number): void {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return;
  throw new ShapeError(
    `${who}: expected labelSmoothing from 0 to 1, got ${labelSmoothing}. Give the share to spread over all classes, such as 0.1.`,
  );
}

function expectClasses(who: string, input: tf.Tensor, weight: tf.Tensor | null): void {
  expectFloat(who, input);
  if (input.rank === 0) {
    throw new ShapeError(
      `${who}: expected an input with classes on its last axis, got shape []. Give one value for each class.`,
    );
  }
  const classes = input.shape[input.rank - 1]!;
  if (!weight || isSameShape(weight.shape, [classes])) return;
  throw new ShapeError(
    `${who}: expected a weight of shape [${classes}], one for each class (last axis of the input), got ${shapeText(weight.shape)}. ` +
      'Give as many weights as there are classes.',
  );
}

function expectIndices(who: string, input: tf.Tensor, target: tf.Tensor, alternative: string): void {
  const positions = input.shape.slice(0, -1);
  if (!isSameShape(target.shape, positions)) {
    const inTorchOrder = [input.shape[0]!, ...input.shape.slice(2)];
    const remedy =
      input.rank > 2 && isSameShape(target.shape, inTorchOrder)
        ? 'This looks like an input with classes on axis 1: move them to the last axis with tf.transpose.'
        : 'Give one class index for each position.';
    throw new ShapeError(
      `${who}: expected a target of shape ${shapeText(positions)}, the input's ${shapeText(input.shape)} without its classes${alternative}, ` +
        `got ${shapeText(target.shape)}. ${remedy}`,
    );
  }
  if (target.dtype === 'int32') return;
  throw new ShapeError(
    `${who}: expected a target of int32 class indices, got ${target.dtype} of shape ${shapeText(target.shape)}. ` +
      "Make it with tf.tensor(indices, shape, 'int32'), or convert it with tf.cast(target, 'int32').",
  );
}

function expectDistribution(who: string, target: tf.Tensor, ignoreIndex: number): void {
  if (target.dtype !== 'float32') {
    throw new ShapeError(
      `${who}: expected float32 probabilities in a target of the input's shape, got ${target.dtype} of shape ${shapeText(target.shape)}. ` +
        "Give class indices without the axis of the classes, or convert it with tf.cast(target, 'float32').",
    );
  }
  if (ignoreIndex < 0) return;
  throw new ZooError(
    `${who}: expected class indices where ignoreIndex is ${ignoreIndex}, got probabilities of shape ${shapeText(target.shape)}. ` +
      'Leave ignoreIndex out: a probability can be 0 instead.',
  );
}
