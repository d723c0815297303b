import * as tf from '@tensorflow/tfjs-core';
import { RELU_GRAD } from '../../core/index.js';
import type { WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

/** dy where y is positive: one loop for two ops of tfjs. As in PyTorch, NaN in y lets dy pass, and 0 hides NaN in dy. */
export const reluGrad: WasmKernel = {
  kernelName: RELU_GRAD,
  kernelFunc: ({ inputs, backend }) => {
    const { dy, y } = inputs as { dy: tf.TensorInfo; y: tf.TensorInfo };
    const out = backend.makeOutput(y.shape, 'float32');
    const size = tf.util.sizeFromShape(y.shape);
    const addresses = [dy, y, out].map((tensor) => addressOf(backend, tensor));
    simdOf(backend)!.run('reluGrad', addresses, size, 3 * size);
    return out;
  },
};
