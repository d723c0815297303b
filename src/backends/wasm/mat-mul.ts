import * as tf from '@tensorflow/tfjs-core';
import { rangeOf } from './activations.js';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';
import { multiplyByRows, multiplyColumns, multiplyOneRow, multiplyRows, type Sizes } from './matrix-products.js';
import { simdOf } from './simd.js';

/**
 * Matrix products, as gradients need them too, by our own loops where those have been started. Other products of transposed operands
 * transpose them first and multiply then by a fast kernel: the stock kernel multiplies them by a naive loop, some twenty times slower.
 * Sums over nothing (an empty batch), which the stock kernel leaves unwritten, are sums over one zero.
 */
export function matMulOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  const multiply: WasmKernel['kernelFunc'] = (args) => {
    const { inputs, attrs, backend } = args;
    const { transposeA, transposeB } = attrs;
    const innerSize = inputs.a!.shape.at(transposeA ? -2 : -1);
    const byLoop = multiplyByLoop(args);
    if (byLoop) return byLoop;
    if (!transposeA && !transposeB && innerSize !== 0) return stock(args);
    return compose({ inputs, backend }, (tensors) => {
      let a = transposeA ? swapLast(tensors.a!) : tensors.a!; // [..., M, K]
      let b = transposeB ? swapLast(tensors.b!) : tensors.b!; // [..., K, N]
      if (innerSize === 0) {
        a = tf.zeros([...a.shape.slice(0, -1), 1]);
        b = tf.zeros([...b.shape.slice(0, -2), 1, b.shape.at(-1)!]);
      }
      const plain = { ...attrs, transposeA: false, transposeB: false };
      return tf.engine().makeTensorFromTensorInfo(multiply({ inputs: { ...inputs, a, b }, attrs: plain, backend }));
    });
  };
  return { kernelName, ...(setupFunc && { setupFunc }), kernelFunc: multiply };
}

/** A product of two matrices by the loop that is made for it; undefined where there is none. */
function multiplyByLoop(args: KernelArgs): tf.TensorInfo | undefined {
  const { transposeA, transposeB } = args.attrs;
  const simd = simdOf(args.backend);
  const range = rangeOf(args);
  const sizes = sizesOf(args);
  if (!simd || !range || !sizes) return undefined;
  if (transposeA) return transposeB ? undefined : multiplyColumns(args, sizes, range, simd);
  if (transposeB) {
    const isPlain = !args.inputs.bias && range.every((bound) => !Number.isFinite(bound));
    return isPlain ? multiplyByRows(args, sizes, simd) : undefined;
  }
  return (sizes.rows === 1 ? multiplyOneRow : multiplyRows)(args, sizes, range, simd);
}

/** Of one matrix [M, K] and one [K, N] of numbers, none of them empty, with at most one bias for each column; undefined of others. */
function sizesOf({ inputs, attrs }: KernelArgs): Sizes | undefined {
  const { a, b, bias } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo };
  const { transposeA, transposeB } = attrs;
  const isMatrix = [a, b].every(
    ({ shape, dtype }) =>
      dtype === 'float32' && shape.every((size) => size > 0) && shape.slice(0, -2).every((size) => size === 1),
  );
  const [rows, inner] = [a.shape.at(transposeA ? -1 : -2)!, a.shape.at(transposeA ? -2 : -1)!];
  const [innerOfB, columns] = [b.shape.at(transposeB ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
  const isBias = !bias || (tf.util.sizeFromShape(bias.shape) === columns && bias.shape.at(-1) === columns);
  if (!isMatrix || !isBias || a.shape.length !== b.shape.length || inner !== innerOfB) return undefined;
  return { shape: [...a.shape.slice(0, -2), rows, columns], rows, inner, columns };
}

/** [..., M, N] → [..., N, M] */
function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
