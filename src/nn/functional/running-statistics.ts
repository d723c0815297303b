import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { kindOf, shapeText } from './checks.js';

/** Means and biased variances of values that belong together. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Moves running statistics towards those of an input.
 * @param moments over `count` values; what is remembered of the variance is the unbiased estimate
 * @param weight of the new statistics
 * @throws ZooError unless the running ones are variables
 */
export function track(who: string, running: Moments, moments: Moments, count: number, weight: number): void {
  const [mean, variance] = [running.mean, running.variance].map((tensor) => expectVariable(who, tensor)) as [
    tf.Variable,
    tf.Variable,
  ];
  tf.tidy(() => {
    const unbiased = tf.mul(moments.variance, count / (count - 1));
    mean.assign(moveTowards(mean, moments.mean, weight));
    variance.assign(moveTowards(variance, unbiased, weight));
  });
}

/** Both or null. @throws ZooError if there is one only, or they are needed and missing */
export function runningOf(
  who: string,
  mean: tf.Tensor | null,
  variance: tf.Tensor | null,
  isNeeded: boolean,
): Moments | null {
  if (mean && variance) return { mean, variance };
  if (!mean && !variance && !isNeeded) return null;
  const got = [mean, variance].map((tensor) => (tensor ? shapeText(tensor.shape) : 'null')).join(' and ');
  throw new ZooError(
    `${who}: expected a running mean and a running variance${isNeeded ? '' : ', or neither'}, got ${got}. ` +
      'Give both, or normalise by the statistics of the input.',
  );
}

function expectVariable(who: string, tensor: tf.Tensor): tf.Variable {
  if (tensor instanceof tf.Variable) return tensor;
  const got = tensor instanceof tf.Tensor ? `a tensor of shape ${shapeText(tensor.shape)}` : kindOf(tensor);
  throw new ZooError(
    `${who}: expected running statistics as variables, for training changes them, got ${got}. Make them with tf.variable.`,
  );
}

function moveTowards(running: tf.Tensor, target: tf.Tensor, weight: number): tf.Tensor {
  return tf.add(tf.mul(running, 1 - weight), tf.mul(target, weight));
}
