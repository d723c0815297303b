import * as tf from '@tensorflow/tfjs-core';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';
import { addressOf, MAX_PIECES, simdOf } from './simd.js';

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
      if (!transposeA && !transposeB && innerSize !== 0) {
        return multiplyOneRow({ inputs, attrs, backend }) ?? stock({ inputs, attrs, backend });
      }
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

/**
 * One row times a matrix, a batch of one image in a linear layer, by a loop that reads the matrix where it lies. The stock kernel first
 * makes a copy in an order of its own and keeps it: twice the memory, and for a batch of one no gain.
 * @returns undefined where it is anything else
 */
function multiplyOneRow({ inputs, attrs, backend }: KernelArgs): tf.TensorInfo | undefined {
  const { a, b, bias, preluActivationWeights } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo } & typeof inputs;
  const simd = simdOf(backend);
  const [rows, columns] = b.shape.slice(-2) as [number, number];
  const isPlain = !preluActivationWeights && (attrs.activation ?? 'linear') === 'linear';
  const isOneRow = a.shape.length === b.shape.length && tf.util.sizeFromShape(a.shape) === rows;
  const isBias = !bias || (bias.shape.length > 0 && bias.shape.at(-1) === columns);
  const isOneMatrix = tf.util.sizeFromShape(b.shape) === rows * columns;
  if (!simd || !isPlain || !isOneRow || !isBias || !isOneMatrix || a.dtype !== 'float32' || b.dtype !== 'float32')
    return undefined;
  const out = backend.makeOutput([...a.shape.slice(0, -1), columns], 'float32');
  const sums = backend.makeOutput([MAX_PIECES, columns], 'float32');
  const values = backend.typedArrayFromHeap(sums).fill(0);
  if (bias) values.set(backend.typedArrayFromHeap(bias));
  const addresses = [a, b, sums].map((tensor) => addressOf(backend, tensor));
  simd.run('multiplyVector', [...addresses, columns], rows, rows * columns);
  const result = backend.typedArrayFromHeap(out);
  for (let i = 0; i < columns; i++) {
    let sum = 0;
    for (let part = i; part < values.length; part += columns) sum += values[part]!;
    result[i] = sum;
  }
  backend.disposeData(sums.dataId);
  return out;
}

/** [..., M, N] → [..., N, M] */
function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
