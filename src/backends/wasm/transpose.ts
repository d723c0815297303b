import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';

/** Transposition that takes an empty tensor too, on which the stock kernel divides by zero. */
export function transposeOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { shape, dtype } = inputs.x!;
      if (tf.util.sizeFromShape(shape) > 0) return stock({ inputs, attrs, backend });
      return backend.makeOutput(
        (attrs.perm as number[]).map((axis) => shape[axis]!),
        dtype,
      );
    },
  };
}
