import * as tf from '@tensorflow/tfjs-core';
import { type Range, rangeOf } from './activations.js';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';
import { factorOf, multiply, type Product } from './products.js';
import { addressOf, MAX_PIECES, type Simd, simdOf } from './simd.js';

/**
 * Matrix products, as gradients need them too. Transposed operands are transposed first and then multiplied by a fast kernel: the
 * stock kernel multiplies them by a naive loop, some twenty times slower. Sums over nothing (an empty batch), which the stock
 * kernel leaves unwritten, are sums over one zero.
 */
export function matMulOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  const multiplyPlain = (args: KernelArgs) => {
    const simd = simdOf(args.backend);
    const range = rangeOf(args);
    if (!simd || !range || !isOneProduct(args)) return stock(args);
    return (args.inputs.a!.shape.at(-2) === 1 ? multiplyOneRow : multiplyRows)(args, range, simd);
  };
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { transposeA, transposeB } = attrs;
      const innerSize = inputs.a!.shape.at(transposeA ? -2 : -1);
      if (!transposeA && !transposeB && innerSize !== 0) return multiplyPlain({ inputs, attrs, backend });
      return compose({ inputs, backend }, (tensors) => {
        let a = transposeA ? swapLast(tensors.a!) : tensors.a!; // [..., M, K]
        let b = transposeB ? swapLast(tensors.b!) : tensors.b!; // [..., K, N]
        if (innerSize === 0) {
          a = tf.zeros([...a.shape.slice(0, -1), 1]);
          b = tf.zeros([...b.shape.slice(0, -2), 1, b.shape.at(-1)!]);
        }
        const plain = { ...attrs, transposeA: false, transposeB: false };
        const product = multiplyPlain({ inputs: { ...inputs, a, b }, attrs: plain, backend });
        return tf.engine().makeTensorFromTensorInfo(product);
      });
    },
  };
}

/** Whether there is one matrix [M, K] and one [K, N] of numbers, none of them empty, and at most one bias for each column. */
function isOneProduct({ inputs }: KernelArgs): boolean {
  const { a, b, bias } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo };
  const columns = b.shape.at(-1);
  const isMatrix = [a, b].every(
    ({ shape, dtype }) =>
      dtype === 'float32' && shape.every((size) => size > 0) && shape.slice(0, -2).every((size) => size === 1),
  );
  const isBias = !bias || (tf.util.sizeFromShape(bias.shape) === columns && bias.shape.at(-1) === columns);
  return isMatrix && isBias && a.shape.length === b.shape.length && a.shape.at(-1) === b.shape.at(-2);
}

/** [M, K] · [K, N]. Of the second factor a copy is kept, in the order in which it is read. */
function multiplyRows({ inputs, backend }: KernelArgs, range: Range, simd: Simd): tf.TensorInfo {
  const { a, b, bias } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo } & typeof inputs;
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const factor = factorOf(backend, simd, b, { rows, inner, columns });
  const out = backend.makeOutput([...a.shape.slice(0, -1), columns], 'float32');
  multiply(backend, simd, {
    images: addressOf(backend, a),
    factor,
    out: addressOf(backend, out),
    columns,
    starts: Int32Array.from({ length: rows }, (_, row) => 4 * inner * row),
    ...(factor.isPacked ? wholeRows(inner) : partsOfRows(inner)),
    inner,
    bias,
    range,
  });
  return out;
}

/** Rows as one run each. */
function wholeRows(inner: number): Pick<Product, 'offsets' | 'length'> {
  return { offsets: Int32Array.of(0), length: inner };
}

/** Where a matrix is read as it lies, so many of its rows and columns at once that they stay in the cache for all rows of the other. */
function partsOfRows(inner: number): Pick<Product, 'offsets' | 'length' | 'runsAtOnce' | 'panelsAtOnce'> {
  const length = 512;
  const offsets = Int32Array.from({ length: Math.ceil(inner / length) }, (_, run) => 4 * length * run);
  return { offsets, length, runsAtOnce: 1, panelsAtOnce: 16 };
}

/**
 * [1, K] · [K, N], a batch of one image in a linear layer, by a loop that reads the matrix where it lies. A copy of it would be twice the
 * memory, and for a batch of one no gain.
 */
function multiplyOneRow({ inputs, backend }: KernelArgs, [low, high]: Range, simd: Simd): tf.TensorInfo {
  const { a, b, bias } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo } & typeof inputs;
  const [rows, columns] = b.shape.slice(-2) as [number, number];
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
    result[i] = Math.min(Math.max(sum, low), high);
  }
  backend.disposeData(sums.dataId);
  return out;
}

/** [..., M, N] → [..., N, M] */
function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
