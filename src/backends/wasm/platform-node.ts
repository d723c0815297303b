import * as tf from '@tensorflow/tfjs-core';
import { clampOf } from './activations.js';
import { convolutionOf } from './convolution.js';
import { filterGradOf } from './filter-grad.js';
import { imageGradOf } from './image-grad.js';
import type { WasmKernel } from './kernel.js';
import { maxPoolOf } from './max-pool.js';
import { maxPoolGradOf } from './max-pool-grad.js';

// What '#wasm-platform' is in Node.
export { startInNode } from './start-node.js';
export { startSimd } from './start-simd.js';

/** Whether the backend is started by us: tfjs has no threads here. */
export const isNode: boolean = true;

/** Kernels that are computed by our own loops. */
export function kernelsOnSimd(kernel: (name: string) => WasmKernel): WasmKernel[] {
  const convolutions = [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D];
  return [
    ...convolutions.map((name) => convolutionOf(kernel(name))),
    imageGradOf(kernel(tf.Conv2DBackpropInput)),
    filterGradOf(kernel(tf.Conv2DBackpropFilter)),
    maxPoolOf(kernel(tf.MaxPool)),
    maxPoolGradOf(kernel(tf.MaxPoolGrad)),
    ...[tf.Relu, tf.Relu6].map((name) => clampOf(kernel(name))),
  ];
}
