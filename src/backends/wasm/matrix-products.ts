import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Range } from './activations.js';
import type { KernelArgs } from './kernel.js';
import { factorOf, multiply, type Product } from './products.js';
import { addressOf, MAX_PIECES, type Simd } from './simd.js';

/** Of a product [rows, inner] · [inner, columns], and the shape that it is to have. */
export interface Sizes {
  readonly shape: number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** [M, K] · [K, N] */
export function multiplyRows({ inputs, backend }: KernelArgs, sizes: Sizes, range: Range, simd: Simd): TensorInfo {
  const { shape, rows, inner, columns } = sizes;
  const factor = factorOf(backend, simd, inputs.b!, sizes);
  const out = backend.makeOutput(shape, 'float32');
  multiply(backend, simd, {
    images: addressOf(backend, inputs.a!),
    factor,
    out: addressOf(backend, out),
    columns,
    starts: Int32Array.from({ length: rows }, (_, row) => 4 * inner * row),
    ...(factor.isPacked ? wholeRows(inner) : partsOfRows(inner)),
    inner,
    bias: inputs.bias,
    range,
  });
  return out;
}

/** [K, M]ᵀ · [K, N], the columns of the one matrix being read where they lie. */
export function multiplyColumns({ inputs, backend }: KernelArgs, sizes: Sizes, range: Range, simd: Simd): TensorInfo {
  const { shape, rows, inner, columns } = sizes;
  const factor = factorOf(backend, simd, inputs.b!, sizes);
  const out = backend.makeOutput(shape, 'float32');
  const length = 256;
  multiply(backend, simd, {
    images: addressOf(backend, inputs.a!),
    factor,
    out: addressOf(backend, out),
    columns,
    starts: Int32Array.from({ length: rows }, (_, row) => 4 * row),
    offsets: Int32Array.from({ length: Math.ceil(inner / length) }, (_, run) => 4 * rows * length * run),
    length,
    step: 4 * rows,
    inner,
    panelsAtOnce: 16,
    runsAtOnce: 1,
    isSplit: true,
    bias: inputs.bias,
    range,
  });
  return out;
}

/** [M, K] · [N, K]ᵀ: each number is a sum over a row of both. */
export function multiplyByRows({ inputs, backend }: KernelArgs, sizes: Sizes, simd: Simd): TensorInfo {
  const { shape, rows, inner, columns } = sizes;
  const out = backend.makeOutput(shape, 'float32');
  const addresses = [inputs.a!, inputs.b!, out].map((tensor) => addressOf(backend, tensor));
  simd.run('multiplyByRows', [...addresses, rows, columns, inner], columns, (rows * columns * inner) / 8);
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
export function multiplyOneRow(
  { inputs, backend }: KernelArgs,
  { shape, inner: rows, columns }: Sizes,
  [low, high]: Range,
  simd: Simd,
): TensorInfo {
  const { a, b, bias } = inputs as { a: TensorInfo; b: TensorInfo } & typeof inputs;
  const out = backend.makeOutput(shape, 'float32');
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
