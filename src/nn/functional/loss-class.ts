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
    const rows = rowsOf(input);
    if (isDistribution) return ofDistribution(tf.logSoftmax(rows), target, { weight, reduction, labelSmoothing });
    const shares = sharesOf(target, rows.shape[1], { weight, ignoreIndex, reduction, labelSmoothing });
    // One gradient for the softmax and all that follows: those of the single ops would be fifty ops more.
    const op = tf.customGrad((x, save) => {
      const logProbabilities = tf.logSoftmax(x as tf.Tensor2D);
      (save as tf.GradSaveFunc)([logProbabilities, shares]);
      return {
        value: ofShares(logProbabilities, shares, target.shape, reduction),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => logitsGradient(dy, saved[0]!, saved[1]!),
      };
    });
    return op(rows) as Reduced<R>;
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
  return tf.tidy(() => {
    const rows = rowsOf(input);
    const shares = sharesOf(target, rows.shape[1], { weight, ignoreIndex, reduction, labelSmoothing: 0 });
    return ofShares(rows, shares, target.shape, reduction) as Reduced<R>;
  });
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

/**
 * How much the −log of each probability counts in the loss, which is linear in them: [P, C]. At the target's, the weight of its class;
 * nothing where the target is ignored; NaN where its class does not exist.
 */
function sharesOf(
  target: tf.Tensor,
  classes: number,
  { weight, ignoreIndex, reduction, labelSmoothing }: IndicesOptions<Reduction>,
): tf.Tensor {
  const indices = tf.reshape(target, [target.size, 1]);
  const isTarget = tf.equal(indices, tf.range(0, classes, 1, 'int32')); // [P, C]
  const ofTarget = weight ? tf.mul(isTarget, weight) : tf.cast(isTarget, 'float32');
  const known = tf.where(tf.any(isTarget, 1, true), tf.ones(indices.shape), tf.fill(indices.shape, Number.NaN));
  const isKept = tf.notEqual(indices, ignoreIndex);
  const kept = (counts: tf.Tensor) => tf.where(isKept, counts, tf.zerosLike(counts)); // [P, 1]
  const counts = kept(known);
  if (reduction !== 'mean') return smooth(ofTarget, counts, weight, labelSmoothing);
  const sum = tf.sum(tf.mul(ofTarget, counts));
  // Said and not divided: WebGL takes 0 / 0 for 1. What is ignored stays 0, so that a batch without labels does not ruin a model.
  const mean = tf.where(tf.equal(sum, 0), Number.NaN, tf.div(1, sum));
  return smooth(ofTarget, kept(tf.mul(counts, mean)), weight, labelSmoothing);
}

/** Takes a part of what the target's class has, [P, C], and spreads it over all; times how much each row counts, [P, 1]. */
function smooth(ofTarget: tf.Tensor, counts: tf.Tensor, weight: tf.Tensor | null, labelSmoothing: number): tf.Tensor {
  if (labelSmoothing === 0) return tf.mul(ofTarget, counts);
  const part = labelSmoothing / ofTarget.shape[1]!;
  return tf.mul(tf.add(tf.mul(ofTarget, 1 - labelSmoothing), weight ? tf.mul(weight, part) : part), counts);
}

/** logProbabilities [P, C], shares [P, C] → [], or `shape` if there is no reduction */
function ofShares(logProbabilities: tf.Tensor, shares: tf.Tensor, shape: number[], reduction: Reduction): tf.Tensor {
  // Chosen and not multiplied by 0: of a class that does not count, −∞ is a fine log-probability.
  const products = tf.mul(logProbabilities, shares);
  const losses = tf.neg(tf.where(tf.equal(shares, 0), tf.zerosLike(shares), products));
  if (reduction === 'none') return tf.reshape(tf.sum(losses, 1), shape);
  if (reduction === 'sum') return tf.sum(losses);
  return tf.add(tf.sum(losses), tf.where(tf.equal(tf.sum(shares), 0), Number.NaN, 0));
}

/** The gradient of logits [P, C], from that of the loss: (softmax · the row's shares − shares) · dy */
function logitsGradient(dy: tf.Tensor, logProbabilities: tf.Tensor, shares: tf.Tensor): tf.Tensor {
  const slopes = tf.mul(shares, dy.rank === 0 ? dy : tf.reshape(dy, [dy.size, 1]));
  return tf.sub(tf.mul(tf.exp(logProbabilities), tf.sum(slopes, 1, true)), slopes);
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
