import type * as tf from '@tensorflow/tfjs-core';
import { isLost } from '../lost.js';
import type { WebgpuBackend } from './backend.js';

/** Of each backend, the data that lie on its GPU. */
const residents = new WeakMap<tf.KernelBackend, Set<tf.DataId>>();

/** Keeps a list of what lies on the GPU, of which tfjs has none. */
export function trackResidents(backend: WebgpuBackend): void {
  const ids = new Set<tf.DataId>();
  residents.set(backend, ids);
  const { uploadToGPU: upload, disposeData: dispose } = backend;
  backend.uploadToGPU = (dataId) => {
    upload.call(backend, dataId);
    ids.add(dataId);
  };
  backend.disposeData = (dataId, force) => {
    const isGone = dispose.call(backend, dataId, force);
    if (isGone) ids.delete(dataId);
    return isGone;
  };
}

/**
 * Copies what lies on the GPU into memory, where other backends find it. They fetch a tensor's data when they need them, without
 * waiting, which in Node a GPU does not allow.
 */
export async function bringHome(backend: tf.KernelBackend): Promise<void> {
  if (isLost(backend)) return;
  for (const dataId of residents.get(backend) ?? []) await backend.read(dataId);
}
