import * as tf from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './backend.js';

/** Bytes of a vector, the most that a shader takes at once. */
const SMALLEST = 16;

/**
 * Has a backend compute with tensors of no elements, such as an empty batch. WebGPU binds no buffer of no bytes, and throws away
 * what was to be computed together with it; so there is one that nobody reads.
 */
export function acceptEmpty(backend: WebgpuBackend): void {
  const { uploadToGPU: upload, tensorToBinding: bind } = backend;
  const nothing = backend.device.createBuffer({ size: SMALLEST, usage: GPUBufferUsage.STORAGE });
  backend.uploadToGPU = (dataId) => {
    if (tf.util.sizeFromShape(backend.tensorMap.get(dataId).shape) > 0) upload.call(backend, dataId);
  };
  backend.tensorToBinding = (tensor) => {
    if (tensor && tf.util.sizeFromShape(tensor.shape) === 0) return { buffer: nothing };
    return bind.call(backend, tensor);
  };
}
