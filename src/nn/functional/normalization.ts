import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, expectImage, expectOptionsObject, expectPositive, shapeText } from './checks.js';
import { isHalf } from './half.js';
import { type Moments, runningOf, track } from './running-statistics.js';

export interface AffineOptions {
  /** What the normalised values are multiplied by: one a channel, or for `layerNorm` one for each normalised value. */
  readonly weight?: tf.Tensor | null;
  /** What is added then. */
  readonly bias?: tf.Tensor | null;
  /** Added to the variance. */
  readonly eps?: number;
}

export interface BatchNormOptions extends AffineOptions {
  /** Whether to normalise by the statistics of the batch, and to move the running ones towards them. */
  readonly training?: boolean;
  /** Weight of the new value in the running statistics. */
  readonly momentum?: number;
}

export interface InstanceNormOptions extends AffineOptions {
  /** [C] */
  readonly runningMean?: tf.Tensor | null;
  /** [C] */
  readonly runningVar?: tf.Tensor | null;
  /** Whether to normalise by the statistics of each image, and to move the running ones towards their mean. */
  readonly useInputStats?: boolean;
  /** Weight of the new value in the running statistics. */
  readonly momentum?: number;
}

/** Those that the values of a channel lie along: all but the last. */
function channelAxes(x: tf.Tensor): number[] {
  return x.shape.map((_, axis) => axis).slice(0, -1);
}

/** Where height and width lie. */
function spatialAxes(x: tf.Tensor): [height: number, width: number] {
  return [x.rank - 3, x.rank - 2];
}

/**
 * (x − mean) / sqrt(variance + eps) · weight + bias for every channel (last axis): the running mean and variance, or in training
 * those of the batch.
 *
 * Shape: x [N, C], [N, L, C] or [N, H, W, C]; runningMean, runningVar, weight, bias [C].
 * @throws ShapeError if eps is negative, or 0 in training
 * @throws ZooError if running statistics are missing, or no variables in training, which changes them
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm(
  x: tf.Tensor,
  runningMean: tf.Tensor | null,
  runningVar: tf.Tensor | null,
  options: BatchNormOptions = {},
): tf.Tensor {
  expectOptionsObject('batchNorm', options);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  const running = runningOf('BatchNorm', runningMean, runningVar, !training);
  expectEps(eps, training);
  return tf.tidy(() => {
    if (!training) return normalizeBy(x, running!, options);
    if (running && x.size > 0) {
      track('BatchNorm', running, tf.moments(x, channelAxes(x)), x.size / x.shape[x.rank - 1]!, momentum);
    }
    return scaleAndShift(standardize(x, channelAxes(x), options), options);
  });
}

/** By given statistics of the channels. */
function normalizeBy(
  x: tf.Tensor,
  { mean, variance }: Moments,
  { weight, bias, eps = 1e-5 }: AffineOptions,
): tf.Tensor {
  // The op's gradient needs a scale, even one that scales nothing.
  const scale = weight ?? tf.onesLike(mean);
  const offset = bias ?? tf.zerosLike(mean);
  const vector = (tensor: tf.Tensor) => tensor as tf.Tensor1D;
  return tf.batchNorm(x, vector(mean), vector(variance), vector(offset), vector(scale), eps);
}

/** In training it is positive, for the variance of a batch may be 0. */
function expectEps(eps: number, training: boolean): void {
  if (training ? eps > 0 : eps >= 0) return;
  throw new ShapeError(
    `BatchNorm: expected ${training ? 'a positive eps for the statistics of the batch' : 'eps of at least 0'}, got ${eps}. ` +
      'Give one such as 1e-5.',
  );
}

/**
 * Normalises each channel of each image by itself, or by running statistics, and scales and shifts it by `weight` and `bias`.
 *
 * Shape: x [N, H, W, C] or [H, W, C]; runningMean, runningVar, weight, bias [C].
 * @throws ShapeError if x is not an image or a batch of images
 * @throws ZooError if running statistics are missing, or no variables where they change
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html
 */
export function instanceNorm(x: tf.Tensor, options: InstanceNormOptions = {}): tf.Tensor {
  expectOptionsObject('instanceNorm', options);
  const { runningMean = null, runningVar = null, useInputStats = true, momentum = 0.1 } = options;
  expectImage('InstanceNorm2d', x);
  const running = runningOf('InstanceNorm2d', runningMean, runningVar, !useInputStats);
  return tf.tidy(() => {
    if (!useInputStats) return normalizeBy(x, running!, options);
    if (running && x.size > 0) trackImages(x, running, momentum);
    return scaleAndShift(standardize(x, spatialAxes(x), options), options);
  });
}

/** The running statistics follow the mean of those of the images. */
function trackImages(x: tf.Tensor, running: Moments, momentum: number): void {
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  const { mean, variance } = tf.moments(x, spatialAxes(x));
  const overImages = (moment: tf.Tensor) => tf.mean(tf.reshape(moment, [-1, channels]), 0); // [N, C] → [C]
  const moments = { mean: overImages(mean), variance: overImages(variance) };
  track('InstanceNorm2d', running, moments, height * width, momentum);
}

/**
 * Normalises groups of neighbouring channels together, for each sample by itself, and scales and shifts each channel by
 * `weight` and `bias`.
 *
 * Shape: x [N, C], [N, L, C] or [N, H, W, C]; weight, bias [C].
 * @throws ShapeError if the groups do not divide the channels, or there is one value a group
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
 */
export function groupNorm(x: tf.Tensor, numGroups: number, options: AffineOptions = {}): tf.Tensor {
  expectOptionsObject('groupNorm', options);
  expectPositive('GroupNorm', 'numGroups', numGroups);
  expectGroups(x, numGroups);
  const [count, channels] = [x.shape[0]!, x.shape[x.rank - 1]!];
  const positions = x.shape.slice(1, -1).reduce((product, size) => product * size, 1);
  return tf.tidy(() => {
    const groups = tf.reshape(x, [count, positions, numGroups, channels / numGroups]);
    return scaleAndShift(tf.reshape(standardize(groups, [1, 3], options), x.shape), options);
  });
}

function expectGroups(x: tf.Tensor, numGroups: number): void {
  expectFloat('GroupNorm', x);
  const channels = x.shape[x.rank - 1]!;
  if (x.rank < 2) {
    throw new ShapeError(
      `GroupNorm: expected a batch axis and channels (last axis), got shape ${shapeText(x.shape)}. Add the missing axis with tf.expandDims.`,
    );
  }
  if (channels % numGroups !== 0) {
    throw new ShapeError(
      `GroupNorm: expected input channels (last axis) in a multiple of numGroups = ${numGroups}, got shape ${shapeText(x.shape)}. ` +
        'Change the channels or the groups.',
    );
  }
  if (x.shape[0] !== 0 && x.size === 0) {
    throw new ShapeError(
      `GroupNorm: expected at least 1 value per channel, got shape ${shapeText(x.shape)}. Only the batch may be empty.`,
    );
  }
  if (x.size === numGroups) {
    throw new ShapeError(
      `GroupNorm: expected more than 1 value per group for the ${numGroups} groups, got shape ${shapeText(x.shape)}. ` +
        'Use fewer groups, a larger input or a larger batch.',
    );
  }
}

/**
 * Normalises the last axes of each sample together, and scales and shifts each value by its own `weight` and `bias`.
 *
 * Shape: x [..., normalizedShape]; weight, bias normalizedShape. The axes are those that lie last here: an image's are [H, W, C].
 * @throws ShapeError if the last axes of x are not `normalizedShape`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 */
export function layerNorm(x: tf.Tensor, normalizedShape: readonly number[], options: AffineOptions = {}): tf.Tensor {
  expectOptionsObject('layerNorm', options);
  expectTrailing(x, normalizedShape);
  const axes = normalizedShape.map((_, i) => x.rank - normalizedShape.length + i);
  return tf.tidy(() => scaleAndShift(standardize(x, axes, options), options));
}

function expectTrailing(x: tf.Tensor, normalizedShape: readonly number[]): void {
  expectFloat('LayerNorm', x);
  const trailing = x.shape.slice(-normalizedShape.length);
  if (shapeText(trailing) === shapeText(normalizedShape)) return;
  const [height, width, channels] = trailing;
  const isTorchOrder = shapeText(normalizedShape) === shapeText([channels!, height!, width!]);
  throw new ShapeError(
    `LayerNorm: expected ${shapeText(normalizedShape)} on the last axes, got shape ${shapeText(x.shape)}. ` +
      (isTorchOrder
        ? `Images are channels-last: build the layer for ${shapeText(trailing)}.`
        : 'Give such an input, or build the layer for its last axes.'),
  );
}

/** (x − mean) / sqrt(variance + eps), the moments being those over `axes`. */
function standardize(x: tf.Tensor, axes: number[], { eps = 1e-5 }: AffineOptions): tf.Tensor {
  // Composed, the gradient would run through the moments, over three times as many ops and tensors.
  const op = tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    // A mean far from 0 is rounded, and what that leaves in each difference has a mean of its own to put it right.
    const centred = centre(centre(input, axes), axes);
    const { value, scale } = (isHalf() ? divideByUnit : divide)(centred, axes, eps);
    save([value, scale]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [normalized, factor] = saved as [tf.Tensor, tf.Tensor];
      // What also reaches x through the mean is taken off by centring, what reaches it through the variance by itself.
      const byVariance = tf.mul(normalized, tf.mean(tf.mul(dy, normalized), axes, true));
      return tf.mul(tf.sub(centre(dy, axes), byVariance), factor);
    };
    return { value, gradFunc };
  });
  return op(x);
}

/** x / sqrt(mean of x² + eps), and by what x is multiplied for that. */
function divide(x: tf.Tensor, axes: number[], eps: tf.Tensor | number): { value: tf.Tensor; scale: tf.Tensor } {
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), axes, true), eps));
  return { value: tf.mul(x, scale), scale };
}

/** The same in units of the largest x, where that is more than 1: the square of 256 is more than half a float holds. */
function divideByUnit(x: tf.Tensor, axes: number[], eps: number): { value: tf.Tensor; scale: tf.Tensor } {
  const unit = tf.maximum(tf.max(tf.abs(x), axes, true), 1);
  const { value, scale } = divide(tf.div(x, unit), axes, tf.div(tf.div(eps, unit), unit));
  return { value, scale: tf.div(scale, unit) };
}

function centre(x: tf.Tensor, axes: number[]): tf.Tensor {
  return tf.sub(x, tf.mean(x, axes, true));
}

/** x · weight + bias, which lie along the last axes. */
function scaleAndShift(x: tf.Tensor, { weight, bias }: AffineOptions): tf.Tensor {
  const scaled = weight ? tf.mul(x, weight) : x;
  return bias ? tf.add(scaled, bias) : scaled;
}
