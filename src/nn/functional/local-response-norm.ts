import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, expectOptionsObject, shapeText } from './checks.js';

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
  expectOptionsObject('localResponseNorm', options);
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
    // Made small before it is squared: in half floats, on some GPUs, the square of 256 is infinite.
    const small = tf.mul(x, Math.sqrt(Math.abs(alpha) / size));
    const squares = tf.reshape(tf.square(small), [-1, channels]) as tf.Tensor2D;
    const sums = tf.reshape(tf.matMul(squares, neighbours(channels, size)), x.shape);
    const divisor = tf.pow(alpha < 0 ? tf.sub(k, sums) : tf.add(sums, k), beta);
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
