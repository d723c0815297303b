import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';
import { winogradOf } from './winograd.js';

// What '#wasm-platform' is in Node.
export { startInNode } from './start-node.js';
export { startSimd } from './start-simd.js';

/** Whether the backend is started by us: tfjs has no threads here. */
export const isNode: boolean = true;

/** Kernels that need our own loops. */
export function kernelsOnSimd(registered: (name: string) => WasmKernel, multiply: WasmKernel): WasmKernel[] {
  return [tf.Conv2D, tf.FusedConv2D].map((name) => winogradOf(registered(name), multiply));
}
