import * as tf from '@tensorflow/tfjs-core';
import type { RMSpropOptions } from './rmsprop.js';
import { runningAverage } from './running-average.js';
import type { Settings } from './settings.js';
import { weightedSum } from './weighted-sum.js';

/** What RMSprop keeps of a parameter. */
export type RMSpropState = {
  step?: number;
  squareAvg?: tf.Tensor;
  momentumBuffer?: tf.Tensor;
  gradAvg?: tf.Tensor;
};

/**
 * One step of one parameter: its new value and state. In the symbols of PyTorch's page:
 *
 *     g ← g + λ θ
 *     v ← α v + (1 − α) g²
 *     ṽ = v, centered v − ḡ², where ḡ ← α ḡ + (1 − α) g
 *     θ ← θ − γ g / (√ṽ + ε), with momentum θ ← θ − γ b, where b ← μ b + g / (√ṽ + ε)
 */
export function rmspropUpdate(
  value: tf.Tensor,
  grad: tf.Tensor,
  state: RMSpropState,
  { lr, alpha, eps, weightDecay, momentum, centered, maximize }: Settings<RMSpropOptions>,
): { value: tf.Tensor; state: RMSpropState } {
  const uphill = maximize ? tf.neg(grad) : grad;
  const gradient = weightDecay === 0 ? uphill : weightedSum(uphill, 1, value, weightDecay);
  const squareAvg = runningAverage(state.squareAvg, alpha, tf.square(gradient));
  const next: RMSpropState = { ...state, step: (state.step ?? 0) + 1, squareAvg };

  let variance = squareAvg;
  if (centered) {
    next.gradAvg = runningAverage(state.gradAvg, alpha, gradient);
    variance = tf.sub(squareAvg, tf.square(next.gradAvg));
  }
  let step: tf.Tensor = tf.div(gradient, tf.add(tf.sqrt(variance), eps));
  if (momentum > 0) {
    if (state.momentumBuffer) step = weightedSum(state.momentumBuffer, momentum, step, 1);
    next.momentumBuffer = step;
  }
  return { value: weightedSum(value, 1, step, -lr), state: next };
}
