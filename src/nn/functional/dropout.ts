import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { forkRandom } from '../random.js';
import { expectFloat } from './checks.js';

/**
 * Sets each element to zero with probability `p` and scales the others by 1 / (1 − p); does nothing when not training.
 *
 * Units: p is a probability, 0 to 1. The mask follows `manualSeed`.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 */
export function dropout(x: tf.Tensor, options: { p?: number; training?: boolean } = {}): tf.Tensor {
  const { p = 0.5, training = true } = options;
  expectProbability('dropout', p);
  expectFloat('Dropout', x);
  if (!training || p === 0) return tf.clone(x);
  const random = forkRandom();
  const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < p ? 0 : 1 / (1 - p)));
  return tf.tidy(() => tf.mul(x, tf.tensor(mask, x.shape)));
}

export function expectProbability(who: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ShapeError(`${who}: expected a probability p from 0 to 1, got ${p}. Give the share to drop, such as 0.5.`);
}
