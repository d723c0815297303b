import type * as tf from '@tensorflow/tfjs-core';
import { RELU_GRAD } from '../../core/index.js';
import type { Kernel } from '../kernel.js';
import { floatType, nodeBackend } from './backend.js';

/** An op of TensorFlow's for what tfjs makes of seven. */
export const reluGrad: Kernel = {
  kernelName: RELU_GRAD,
  kernelFunc: ({ inputs }) => {
    const { dy, y } = inputs as { dy: tf.Tensor; y: tf.Tensor };
    const backend = nodeBackend();
    return backend.executeSingleOutput('ReluGrad', [floatType(backend)], [dy, y]);
  },
};
