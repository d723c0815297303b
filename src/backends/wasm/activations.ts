import * as tf from '@tensorflow/tfjs-core';
import type { KernelArgs, WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

/** Within which an activation keeps the sums before it. */
export type Range = readonly [low: number, high: number];

const ranges = {
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
} as const;

/** The range of a fused kernel's outputs; undefined where its activation is more than that. */
export function rangeOf({ inputs, attrs }: Pick<KernelArgs, 'inputs' | 'attrs'>): Range | undefined {
  const { activation = 'linear' } = attrs;
  return inputs.preluActivationWeights ? undefined : ranges[activation as keyof typeof ranges];
}

/** ReLU and ReLU6, which keep NaN: of the stock kernels one does not. */
export function clampOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  const [low, high] = kernelName === tf.Relu ? ranges.relu : ranges.relu6;
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const { inputs, backend } = args;
      const x = inputs.x!;
      const simd = simdOf(backend);
      if (!simd || x.dtype !== 'float32') return stock(args);
      const out = backend.makeOutput(x.shape, 'float32');
      const size = tf.util.sizeFromShape(x.shape);
      simd.run('clamp', [addressOf(backend, x), addressOf(backend, out), low, high], size, 2 * size);
      return out;
    },
  };
}
