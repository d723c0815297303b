import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { kindOf, type Parameter } from '../../nn/index.js';

/** The gradient of a loss with respect to each parameter that it reaches, in the parameter's memory layout. */
export type Gradients = ReadonlyMap<Parameter, tf.Tensor>;

/** @throws ZooError for what plain JavaScript may pass, such as all that `valueAndGrads` gives */
export function expectGradientMap(who: string, grads: Gradients): void {
  if (grads instanceof Map) return;
  throw new ZooError(
    `${who}: expected a Map from parameters to gradients, got ${kindOf(grads)}. Pass the grads of training.valueAndGrads.`,
  );
}
