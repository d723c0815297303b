// First tfjs, whose gradients are watched, and its backend.
import '#umbrella';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendOptions } from '../backend-info.js';
import { conv2DBackpropFilter, conv2DBackpropInput } from './conv-grad.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-grad.js';
import { gatherOf, transposeOf } from './empty.js';
import { identity } from './identity.js';
import { addKernels, installKernels, registered } from './install.js';
import { matMulOf } from './mat-mul.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reductionOf } from './reduce.js';
import { reserveTensor } from './reserve.js';
import { unsortedSegmentSum } from './segment-sum.js';
import { registerWasm, wantWasm } from './start.js';

export { wasmDetails, wasmFailure } from './start.js';

// The stock wasm backend, imported first, with the kernels that it lacks or gets wrong put right.

const [matMul, fusedMatMul] = [tf.BatchMatMul, tf._FusedMatMul].map((name) => matMulOf(registered(name)!));

addKernels([
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
]);

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

watchGradients();
registerWasm();

/**
 * Readies the backend for its start. Written here, not handed on: a bundler leaves out a module of which nothing is used, with all
 * that it does at first.
 */
export function prepareWasm(options: BackendOptions): void {
  installKernels();
  wantWasm(options);
}
