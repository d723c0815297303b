import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { BackendName } from './backend-info.js';

/** A backend whose GPU is gone, with all tensors on it. */
export interface BackendLoss {
  readonly backend: BackendName;
  /** What the browser or the driver says of it. */
  readonly reason: string;
}

/** What is thrown where a lost backend is to compute. */
const errors = new WeakMap<tf.KernelBackend, ZooError>();
const listeners = new Set<{ readonly call: (loss: BackendLoss) => void }>();

/**
 * Has a function called, once for each loss, when webgl loses its context or webgpu its device: a driver starts anew, a laptop
 * changes its GPU, or a phone needs the memory. Of backends that `backends.use` has started; a worker has its own.
 *
 * Whatever is computed or read on that backend from then on throws, and so does what waits for it. `backends.use()` starts it
 * afresh; models are then to be made again, for which their weights are in the page's cache.
 * @returns what ends it
 * @example
 * ```ts
 * const stop = backends.onLost(async ({ backend, reason }) => {
 *   console.warn(`${backend} is gone: ${reason}`);
 *   await backends.use();
 *   // classifier = await createClassifier(…)
 * });
 * stop();
 * ```
 */
export function onLost(listener: (loss: BackendLoss) => void): () => void {
  const entry = { call: listener };
  listeners.add(entry);
  return () => {
    listeners.delete(entry);
  };
}

/** Declares a backend lost; what comes after the first time is no news. */
export function reportLost(instance: tf.KernelBackend, loss: BackendLoss): void {
  if (errors.has(instance)) return;
  const { backend, reason } = loss;
  errors.set(
    instance,
    new ZooError(
      `${backend}: expected the GPU to stay, got it lost: ${reason}. ` +
        'Its tensors are gone: call backends.use(), and make the model again.',
    ),
  );
  // Each by itself, so that one that throws keeps no other from hearing of it.
  for (const { call } of listeners) Promise.resolve(loss).then(call);
}

/** Whether nothing can be computed on a backend any more. */
export function isLost(instance: tf.KernelBackend): boolean {
  return errors.has(instance);
}

/** @throws ZooError if a backend is lost */
export function expectPresent(instance: tf.KernelBackend): void {
  const error = errors.get(instance);
  if (error) throw error;
}

/** Has tfjs make a backend anew that was lost, when it is chosen next. */
export function forgetLost(name: string): void {
  const { registry, registryFactory } = tf.engine();
  const instance = registry[name];
  if (!instance || !isLost(instance)) return;
  const { factory, priority } = registryFactory[name]!;
  tf.removeBackend(name);
  tf.registerBackend(name, factory, priority);
}
