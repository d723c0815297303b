import * as tf from '@tensorflow/tfjs-core';
import { clampOf } from './activations.js';
import { convolutionOf } from './convolution.js';
import type { WasmKernel } from './kernel.js';
import { maxPoolOf } from './max-pool.js';

// What '#wasm-platform' is in Node.
export { startInNode } from './start-node.js';
export { startSimd } from './start-simd.js';

/** Whether the backend is started by us: tfjs has no threads here. */
export const isNode: boolean = true;

/** Kernels that are computed by our own loops. */
export function kernelsOnSimd(registered: (name: string) => WasmKernel): WasmKernel[] {
  const convolutions = [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D];
  return [
    ...convolutions.map((name) => convolutionOf(registered(name))),
    maxPoolOf(registered(tf.MaxPool)),
    ...[tf.Relu, tf.Relu6].map((name) => clampOf(registered(name))),
  ];
}
