import * as tf from '@tensorflow/tfjs-core';
import { compose, type WasmKernel } from './kernel.js';

/**
 * Matrix products as gradients need them. Transposed operands are transposed first and then multiplied by the fast kernel: the
 * stock kernel multiplies them by a naive loop, some twenty times slower. Sums over nothing (an empty batch), which the stock
 * kernel leaves unwritten, are sums over one zero.
 */
export function matMulOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { transposeA, transposeB } = attrs;
      const innerSize = inputs.a!.shape.at(transposeA ? -2 : -1);
      if (!transposeA && !transposeB && innerSize !== 0) return stock({ inputs, attrs, backend });
      return compose({ inputs, backend }, (tensors) => {
        let a = transposeA ? swapLast(tensors.a!) : tensors.a!; // [..., M, K]
        let b = transposeB ? swapLast(tensors.b!) : tensors.b!; // [..., K, N]
        if (innerSize === 0) {
          a = tf.zeros([...a.shape.slice(0, -1), 1]);
          b = tf.zeros([...b.shape.slice(0, -2), 1, b.shape.at(-1)!]);
        }
        const plain = { ...attrs, transposeA: false, transposeB: false };
        return tf.engine().makeTensorFromTensorInfo(stock({ inputs: { ...inputs, a, b }, attrs: plain, backend }));
      });
    },
  };
}

/** [..., M, N] → [..., N, M] */
function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
