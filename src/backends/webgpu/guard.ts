import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { firstLine } from '../optional.js';
import type { WebgpuBackend } from './backend.js';

/** Why devices are lost. */
const losses = new WeakMap<tf.KernelBackend, ZooError>();

/** Whether a backend's device is lost, so that nothing can be computed on it any more. */
export function isLost(backend: tf.KernelBackend): boolean {
  return losses.has(backend);
}

/**
 * Has a backend throw where its GPU has refused something, for want of memory mostly, or is lost. A GPU tells of that later, and
 * tfjs does not listen: it would read zeros.
 */
export function guard(backend: WebgpuBackend): void {
  const { device } = backend;
  const { read, readSync, runWebGPUProgram: run } = backend;
  let refusal: ZooError | undefined;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    refusal ??= new ZooError(
      `webgpu: expected the GPU to compute, got ${event.error.constructor.name}: ${firstLine(event.error)}. ` +
        'What was computed lately is wrong: start again, with smaller batches if it was memory.',
    );
  });
  device.lost.then((info) => {
    const message = `webgpu: expected the GPU's device to stay, got it lost: ${firstLine(info)}. Its tensors are gone: start again.`;
    losses.set(backend, new ZooError(message));
  });
  const expectDevice = () => {
    const loss = losses.get(backend);
    if (loss) throw loss;
  };
  /** Once: whoever has heard of it may go on. */
  const expectNoRefusal = () => {
    const problem = refusal;
    refusal = undefined;
    if (problem) throw problem;
  };
  backend.runWebGPUProgram = (...args) => {
    expectDevice();
    return run.apply(backend, args);
  };
  backend.read = async (dataId) => {
    expectDevice();
    try {
      return await read.call(backend, dataId);
    } finally {
      expectDevice();
      expectNoRefusal();
    }
  };
  backend.readSync = (dataId) => {
    const isOnGpu = backend.tensorMap.get(dataId).values == null;
    if (!isOnGpu || 'OffscreenCanvas' in globalThis) return readSync.call(backend, dataId);
    expectDevice();
    throw new ZooError(
      'webgpu: expected tensors to be read by await tensor.data(), and moved by backends.use(), got dataSync, or what calls it. ' +
        'Node cannot wait for a GPU.',
    );
  };
}
