import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, shapeText } from './checks.js';

export interface BatchNormOptions {
  /** [C] */
  readonly weight?: tf.Tensor | null;
  /** [C] */
  readonly bias?: tf.Tensor | null;
  /** Added to the variance. */
  readonly eps?: number;
}

/** Mean and biased variance of every channel: x [..., C] → two of [C]; zeros for an empty batch. */
export function channelMoments(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  // tfjs cannot differentiate the moments of nothing.
  if (x.size === 0) return { mean: tf.zeros(x.shape.slice(-1)), variance: tf.zeros(x.shape.slice(-1)) };
  return tf.moments(x, x.shape.map((_, axis) => axis).slice(0, -1));
}

/**
 * (x − mean) / sqrt(variance + eps) · weight + bias for every channel (last axis).
 *
 * Shape: x [N, C], [N, L, C] or [N, H, W, C]; mean, variance, weight, bias [C].
 *
 * Differs from PyTorch: the statistics to use are given, the batch's (`channelMoments`) or the running ones; the layer keeps those.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  options: BatchNormOptions = {},
): tf.Tensor {
  const { weight, bias, eps = 1e-5 } = options;
  return tf.tidy(() => {
    // The op's gradient needs a scale, even one that scales nothing.
    const scale = weight ?? tf.onesLike(mean);
    const offset = bias ?? tf.zerosLike(mean);
    const vector = (tensor: tf.Tensor) => tensor as tf.Tensor1D;
    return tf.batchNorm(x, vector(mean), vector(variance), vector(offset), vector(scale), eps);
  });
}

export interface LocalResponseNormOptions {
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
}

/**
 * x / (k + alpha / size · sum of x² over `size` neighbouring channels)^beta.
 *
 * Shape: x [N, H, W, C] or [N, L, C]; the same comes out. The neighbours of channel c are c − floor(size / 2) …
 * c + ceil(size / 2) − 1, those that exist.
 * @throws ShapeError if x has fewer than 3 axes
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
 */
export function localResponseNorm(x: tf.Tensor, size: number, options: LocalResponseNormOptions = {}): tf.Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  expectFloat('LocalResponseNorm', x);
  if (x.rank < 3) {
    throw new ShapeError(
      `LocalResponseNorm: expected at least 3 axes, got shape ${shapeText(x.shape)}. Add the missing ones with tf.expandDims.`,
    );
  }
  const channels = x.shape[x.rank - 1]!;
  return tf.tidy(() => {
    // The sum over neighbouring channels is a product with a banded matrix of ones, which every backend can differentiate.
    const squares = tf.reshape(tf.square(x), [-1, channels]) as tf.Tensor2D;
    const sums = tf.reshape(tf.matMul(squares, neighbours(channels, size)), x.shape);
    const divisor = tf.pow(tf.add(tf.mul(sums, alpha / size), k), beta);
    return tf.div(x, divisor);
  });
}

/** [C, C]: column c has ones in the rows of its neighbours. */
function neighbours(channels: number, size: number): tf.Tensor2D {
  const before = Math.floor(size / 2);
  const after = size - 1 - before;
  const isNeighbour = (row: number, column: number) => row >= column - before && row <= column + after;
  const values = Float32Array.from({ length: channels * channels }, (_, i) =>
    isNeighbour(Math.floor(i / channels), i % channels) ? 1 : 0,
  );
  return tf.tensor2d(values, [channels, channels]);
}
