import * as tf from '@tensorflow/tfjs-core';
import { WEIGHTED_SUM } from '../../core/index.js';
import type { WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

/** What optimizers are made of, in one pass over memory, on all threads. */
export const weightedSum: WasmKernel = {
  kernelName: WEIGHTED_SUM,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const out = backend.makeOutput(a.shape, 'float32');
    const [first, second, sum] = [a, b, out].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
    const size = tf.util.sizeFromShape(a.shape);
    simdOf(backend)!.run('weightedSum', [first, attrs.factor, second, attrs.otherFactor, sum], size, 3 * size);
    return out;
  },
};
