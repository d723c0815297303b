import * as tf from '@tensorflow/tfjs-core';

/** average ← rate · average + (1 − rate) · x, from an average of 0 on. */
export function runningAverage(average: tf.Tensor | undefined, rate: number, x: tf.Tensor): tf.Tensor {
  const share = tf.mul(x, 1 - rate);
  return average ? tf.add(tf.mul(average, rate), share) : share;
}
