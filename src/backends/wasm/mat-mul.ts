import * as tf from '@tensorflow/tfjs-core';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';

/**
 * Matrix products with transposed operands, as gradients need them: transposed first, then multiplied by the fast kernel. The
 * stock kernel multiplies transposed operands by a naive loop, some twenty times slower.
 */
export function matMulOf(stock: WasmKernel['kernelFunc'], kernelName: string): WasmKernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      if (!attrs.transposeA && !attrs.transposeB) return stock({ inputs, attrs, backend });
      const plain = { ...attrs, transposeA: false, transposeB: false };
      return compose({ inputs, backend }, (tensors) => {
        const a = attrs.transposeA ? swapLast(tensors.a!) : tensors.a!;
        const b = attrs.transposeB ? swapLast(tensors.b!) : tensors.b!;
        const args: KernelArgs = { inputs: { ...inputs, a, b }, attrs: plain, backend };
        return tf.engine().makeTensorFromTensorInfo(stock(args));
      });
    },
  };
}

/** [..., M, N] → [..., N, M] */
function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
