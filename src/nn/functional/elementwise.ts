import * as tf from '@tensorflow/tfjs-core';
import { expectFloat } from './checks.js';
import { withGradient } from './with-gradient.js';

export interface InplaceOptions {
  /** Changes nothing: the input stays as it is. */
  readonly inplace?: boolean;
}

/** A function of every element by itself, whose gradient is that of the ops it is made of. */
export function elementwise(who: string, x: tf.Tensor, value: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  expectFloat(who, x);
  return tf.tidy(() => value(x));
}

/**
 * A function of every element by itself and its derivative, for where the gradients of tfjs would not be PyTorch's at a kink,
 * or be slow. Both are given flat tensors where there are more than 4 axes, at which WebGL's `where` stops.
 */
export function elementwiseWithSlope(
  who: string,
  x: tf.Tensor,
  value: (x: tf.Tensor) => tf.Tensor,
  slope: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  expectFloat(who, x);
  const op = (input: tf.Tensor) => withGradient([input], value, (dy, given) => [tf.mul(dy, slope(given))]);
  if (x.rank <= 4) return op(x);
  return tf.tidy(() => tf.reshape(op(tf.reshape(x, [x.size])), x.shape));
}
