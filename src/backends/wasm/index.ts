// First tfjs, whose gradients are watched, and its backend.
import '#umbrella';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { kernelsOnSimd } from '#wasm-platform';
import { conv2DBackpropFilter, conv2DBackpropInput } from './conv-grad.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-grad.js';
import { gatherOf, transposeOf } from './empty.js';
import { identity } from './identity.js';
import type { WasmKernel } from './kernel.js';
import { matMulOf } from './mat-mul.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reductionOf } from './reduce.js';
import { reserveTensor } from './reserve.js';
import { unsortedSegmentSum } from './segment-sum.js';
import { registerWasm } from './start.js';

export { prepareWasm, wasmDetails } from './start.js';

// The stock wasm backend, imported first, with the kernels that it lacks or gets wrong put right.

const [matMul, fusedMatMul] = [tf.BatchMatMul, tf._FusedMatMul].map((name) => matMulOf(registered(name)!));

const everywhere: readonly WasmKernel[] = [
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  identity,
  maxPoolGrad,
  reserveTensor,
  unsortedSegmentSum,
  matMul!,
  fusedMatMul!,
  transposeOf(registered(tf.Transpose)!),
  reductionOf(registered(tf.Sum)!, () => 1),
  reductionOf(registered(tf.Mean)!, (count) => 1 / count),
  gatherOf(registered(tf.GatherV2)!),
];

/** Where our own loops run, their kernels stand in the place of others, to which they leave what they are not for. */
const onSimd = kernelsOnSimd((name) => everywhere.find(({ kernelName }) => kernelName === name) ?? registered(name)!);
const kernels = [...new Map([...everywhere, ...onSimd].map((kernel) => [kernel.kernelName, kernel])).values()];

// tfjs types every kernel's inputs and attributes alike, so ours are cast where they meet its registry.
function registered(kernelName: string): WasmKernel | undefined {
  return tf.getKernel(kernelName, 'wasm') as unknown as WasmKernel | undefined;
}

/**
 * Registers this package's wasm kernels where others stand: at the first import, and again when code that imported the stock
 * backend later has put its own back.
 * @returns the names of the kernels that had to be registered
 */
export function installKernels(): string[] {
  const missing = kernels.filter(({ kernelName, kernelFunc }) => registered(kernelName)?.kernelFunc !== kernelFunc);
  for (const kernel of missing) {
    if (registered(kernel.kernelName)) tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel({ ...kernel, backendName: 'wasm' } as unknown as tf.KernelConfig);
  }
  return missing.map(({ kernelName }) => kernelName);
}

/** The ops whose gradients are computed by kernels of ours, or are the first to be met where those are needed. */
const watchedOps = [
  tf.MaxPool,
  tf.Conv2D,
  tf.DepthwiseConv2dNative,
  tf.Conv2DBackpropInput,
  tf.BatchMatMul,
  tf.Sum,
  tf.Mean,
];

/** Looks at every backward pass whether the kernels are still ours: the stock ones are wrong, or missing, without a word. */
function watchGradients(): void {
  for (const { gradFunc, ...gradient } of watchedOps.map((kernelName) => tf.getGradient(kernelName)!)) {
    const watched: tf.GradFunc = (...args) => {
      if (tf.getBackend() === 'wasm') installKernels();
      return gradFunc(...args);
    };
    tf.registerGradient({ ...gradient, gradFunc: watched });
  }
}

installKernels();
watchGradients();
registerWasm();
