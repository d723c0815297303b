import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';

/** Of two with one name the later. */
const kernels = new Map<string, WasmKernel>();

/** The kernel that stands. tfjs types every kernel's inputs and attributes alike, so ours are cast where they meet its registry. */
export function registered(kernelName: string): WasmKernel | undefined {
  return tf.getKernel(kernelName, 'wasm') as unknown as WasmKernel | undefined;
}

/** Has kernels of ours stand in the place of others, from here on. */
export function addKernels(added: readonly WasmKernel[]): void {
  for (const kernel of added) kernels.set(kernel.kernelName, kernel);
  installKernels();
}

/**
 * Registers this package's wasm kernels where others stand, as when code that imported the stock backend later has put its own back.
 * @returns the names of the kernels that had to be registered
 */
export function installKernels(): string[] {
  const missing = [...kernels.values()].filter(
    ({ kernelName, kernelFunc }) => registered(kernelName)?.kernelFunc !== kernelFunc,
  );
  for (const kernel of missing) {
    if (registered(kernel.kernelName)) tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel({ ...kernel, backendName: 'wasm' } as unknown as tf.KernelConfig);
  }
  return missing.map(({ kernelName }) => kernelName);
}
