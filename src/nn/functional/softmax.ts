import * as tf from '@tensorflow/tfjs-core';
import { expectFloat, expectOptionsObject } from './checks.js';
import { axisOf, onLastAxis } from './dims.js';

export interface SoftmaxOptions {
  readonly dim?: number | null;
}

/**
 * Probabilities along a dimension.
 *
 * Shape: any; the same comes out. `dim` is PyTorch's N, C, H, W for rank 4; without it, 0 for ranks 0, 1 and 3, else 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export function softmax(x: tf.Tensor, options: SoftmaxOptions = {}): tf.Tensor {
  expectOptionsObject('softmax', options);
  return alongDim('Softmax', x, options, (rows) => tf.softmax(rows));
}

/**
 * Probabilities along a dimension, the smallest value having the largest.
 *
 * Shape: as `softmax`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html
 */
export function softmin(x: tf.Tensor, options: SoftmaxOptions = {}): tf.Tensor {
  expectOptionsObject('softmin', options);
  return alongDim('Softmin', x, options, (rows) => tf.softmax(tf.neg(rows)));
}

/**
 * Logarithms of the probabilities along a dimension, computed without overflow.
 *
 * Shape: as `softmax`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export function logSoftmax(x: tf.Tensor, options: SoftmaxOptions = {}): tf.Tensor {
  expectOptionsObject('logSoftmax', options);
  return alongDim('LogSoftmax', x, options, (rows) => tf.logSoftmax(rows));
}

function alongDim(who: string, x: tf.Tensor, { dim }: SoftmaxOptions, op: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  expectFloat(who, x);
  const implicitDim = x.rank === 2 || x.rank > 3 ? 1 : 0;
  const axis = axisOf(who, x, dim ?? implicitDim);
  return tf.tidy(() => {
    if (x.rank === 0) return tf.reshape(op(tf.reshape(x, [1])), []);
    return onLastAxis(x, axis, op);
  });
}
