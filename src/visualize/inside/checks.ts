import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';

/** @throws ZooError unless each value is an integer of at least `least` */
export function expectIntegers(who: string, values: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new ZooError(
      `${who}: expected ${name} to be an integer of at least ${least}, got ${value}. Give such as ${Math.max(least, 1)}.`,
    );
  }
}

/** @throws ZooError if the values are gone */
export function expectAlive(who: string, what: string, tensor: tf.Tensor): void {
  if (!tensor.isDisposed) return;
  throw new ZooError(
    `${who}: expected ${what} with values, got a tensor of shape [${tensor.shape.join(', ')}] that is disposed already. ` +
      'Dispose it afterwards, or tf.keep it if it was made in a tf.tidy.',
  );
}
