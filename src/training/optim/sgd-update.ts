import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from './settings.js';
import type { SGDOptions } from './sgd.js';
import { weightedSum } from './weighted-sum.js';

/** What SGD keeps of a parameter. */
export type SGDState = { momentumBuffer?: tf.Tensor };

/**
 * One step of one parameter: its new value and state. In the symbols of PyTorch's page:
 *
 *     g ← g + λ θ
 *     b ← μ b + (1 − τ) g, the first time b ← g
 *     θ ← θ − γ b, by Nesterov θ ← θ − γ (g + μ b)
 */
export function sgdUpdate(
  value: tf.Tensor,
  grad: tf.Tensor,
  state: SGDState,
  { lr, momentum, dampening, weightDecay, nesterov, maximize }: Settings<SGDOptions>,
): { value: tf.Tensor; state: SGDState } {
  const uphill = maximize ? tf.neg(grad) : grad;
  const decayed = weightDecay === 0 ? uphill : weightedSum(uphill, 1, value, weightDecay);
  if (momentum === 0) return { value: weightedSum(value, 1, decayed, -lr), state };
  const kept = state.momentumBuffer;
  const buffer = kept ? weightedSum(kept, momentum, decayed, 1 - dampening) : tf.clone(decayed);
  const step = nesterov ? weightedSum(decayed, 1, buffer, momentum) : buffer;
  return { value: weightedSum(value, 1, step, -lr), state: { momentumBuffer: buffer } };
}
