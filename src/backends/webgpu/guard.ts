import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { expectPresent, reportLost } from '../lost.js';
import { firstLine } from '../optional.js';
import type { WebgpuBackend } from './backend.js';

/** Milliseconds from the failure of a read to the news of the loss that it comes from. */
const PATIENCE = 500;

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
  device.lost.then((info) => reportLost(backend, { backend: 'webgpu', reason: firstLine(info) || info.reason }));
  /** Once: whoever has heard of it may go on. */
  const expectNoRefusal = () => {
    const problem = refusal;
    refusal = undefined;
    if (problem) throw problem;
  };
  backend.runWebGPUProgram = (...args) => {
    expectPresent(backend);
    return run.apply(backend, args);
  };
  const isOnGpu = (dataId: tf.DataId) => backend.tensorMap.get(dataId).values == null;
  backend.read = async (dataId) => {
    if (!isOnGpu(dataId)) return read.call(backend, dataId);
    expectPresent(backend);
    try {
      return await read.call(backend, dataId);
    } catch (error) {
      // That the device is lost is heard of after that.
      await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      throw error;
    } finally {
      expectPresent(backend);
      expectNoRefusal();
    }
  };
  backend.readSync = (dataId) => {
    if (!isOnGpu(dataId)) return readSync.call(backend, dataId);
    expectPresent(backend);
    if ('OffscreenCanvas' in globalThis) return readSync.call(backend, dataId);
    throw new ZooError(
      'webgpu: expected tensors to be read by await tensor.data(), and moved by backends.use(), got dataSync, or what calls it. ' +
        'Node cannot wait for a GPU.',
    );
  };
}
