import * as tf from '@tensorflow/tfjs-core';
import type { AdamOptions } from './adam.js';
import { runningAverage } from './running-average.js';
import type { Settings } from './settings.js';
import { weightedSum } from './weighted-sum.js';

/** What Adam keeps of a parameter. */
export type AdamState = { step?: number; expAvg?: tf.Tensor; expAvgSq?: tf.Tensor; maxExpAvgSq?: tf.Tensor };

/**
 * One step of one parameter: its new value and state. In the symbols of PyTorch's page:
 *
 *     g ← g + λ θ, decoupled θ ← θ − γ λ θ
 *     m ← β₁ m + (1 − β₁) g
 *     v ← β₂ v + (1 − β₂) g²
 *     θ ← θ − γ m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ), of AMSGrad the largest v so far
 */
export function adamUpdate(
  value: tf.Tensor,
  grad: tf.Tensor,
  state: AdamState,
  { lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay }: Settings<AdamOptions>,
): { value: tf.Tensor; state: AdamState } {
  const [beta1, beta2] = betas;
  const step = (state.step ?? 0) + 1;
  const uphill = maximize ? tf.neg(grad) : grad;
  const couples = weightDecay !== 0 && !decoupledWeightDecay;
  const gradient = couples ? weightedSum(uphill, 1, value, weightDecay) : uphill;
  const shrinks = weightDecay !== 0 && decoupledWeightDecay;
  const start = shrinks ? tf.mul(value, 1 - lr * weightDecay) : value;

  const expAvg = runningAverage(state.expAvg, beta1, gradient);
  const expAvgSq = runningAverage(state.expAvgSq, beta2, tf.square(gradient));
  const next: AdamState = { ...state, step, expAvg, expAvgSq };
  if (amsgrad) next.maxExpAvgSq = tf.maximum(state.maxExpAvgSq ?? 0, expAvgSq);

  const root = tf.sqrt(amsgrad ? next.maxExpAvgSq! : expAvgSq);
  const denominator = tf.add(tf.div(root, Math.sqrt(1 - beta2 ** step)), eps);
  const stepSize = lr / (1 - beta1 ** step);
  return { value: weightedSum(start, 1, tf.div(expAvg, denominator), -stepSize), state: next };
}
