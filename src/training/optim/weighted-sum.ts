import * as tf from '@tensorflow/tfjs-core';
import { WEIGHTED_SUM } from '../../core/index.js';

/** a · factor + b · otherFactor, of tensors of one shape: in one pass over memory where a backend knows how. */
export function weightedSum(a: tf.Tensor, factor: number, b: tf.Tensor, otherFactor: number): tf.Tensor {
  if (a.dtype === 'float32' && b.dtype === 'float32' && tf.getKernel(WEIGHTED_SUM, tf.getBackend())) {
    return tf.engine().runKernel(WEIGHTED_SUM, { a, b }, { factor, otherFactor });
  }
  return tf.add(times(a, factor), times(b, otherFactor));
}

function times(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}
