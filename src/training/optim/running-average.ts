import * as tf from '@tensorflow/tfjs-core';
import { weightedSum } from './weighted-sum.js';

/** average ← rate · average + (1 − rate) · x, from an average of 0 on. */
export function runningAverage(average: tf.Tensor | undefined, rate: number, x: tf.Tensor): tf.Tensor {
  return average ? weightedSum(average, rate, x, 1 - rate) : tf.mul(x, 1 - rate);
}
