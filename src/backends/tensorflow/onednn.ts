import * as tf from '@tensorflow/tfjs-core';
import { type Kernel, kernelsOf } from '../kernel.js';
import { nodeBackend } from './backend.js';
import { convWithBiasOf } from './conv-bias.js';
import { maxPoolGradOf, maxPoolOf } from './max-pool.js';

/** Puts kernels of oneDNN's in the place of TensorFlow's own slow ones, where this TensorFlow has them and its user wants them. */
export function preferOneDnn(): void {
  const { registered, replace } = kernelsOf('tensorflow');
  const kernels = [
    convWithBiasOf(registered(tf.FusedConv2D)),
    maxPoolOf(registered(tf.MaxPool)),
    maxPoolGradOf(registered(tf.MaxPoolGrad)),
  ] as const;
  if (isWanted() && kernels.every(works)) for (const kernel of kernels) replace(kernel);
}

/** On a GPU TensorFlow computes otherwise; and oneDNN can be turned off. */
function isWanted(): boolean {
  return !nodeBackend().isUsingGpuDevice && globalThis.process?.env.TF_ENABLE_ONEDNN_OPTS !== '0';
}

/** Whether it can compute: it is tried on one number. */
function works({ kernelFunc }: Kernel): boolean {
  try {
    tf.tidy(() => {
      const one = tf.zeros([1, 1, 1, 1]);
      const inputs = { x: one, filter: one, bias: tf.zeros([1]), dy: one, input: one, output: one };
      const attrs = { filterSize: 1, strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1, activation: 'linear' };
      kernelFunc({ inputs, attrs, backend: nodeBackend() });
    });
    return true;
  } catch {
    return false;
  }
}
