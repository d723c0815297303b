import * as tf from '@tensorflow/tfjs-core';
import type { WebglBackend } from './backend.js';

/**
 * Has a backend compute with tensors of no elements, such as an empty batch. A texture cannot be empty; so there is one that nobody
 * reads.
 */
export function acceptEmpty(backend: WebglBackend): void {
  const { uploadToGPU: upload } = backend;
  backend.uploadToGPU = (dataId) => {
    const data = backend.texData.get(dataId);
    if (data.texture || tf.util.sizeFromShape(data.shape) > 0) return upload.call(backend, dataId);
    const { usage, dtype, isPacked } = data;
    data.texShape = isPacked ? [2, 2] : [1, 1];
    data.texture = backend.acquireTexture(data.texShape, usage, dtype, isPacked);
  };
}
