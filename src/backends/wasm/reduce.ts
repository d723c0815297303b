import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';
import { addressOf, MAX_PIECES, type Simd, simdOf } from './simd.js';

/** So many numbers; of fewer JavaScript knows the sum sooner. */
const WORTH_A_LOOP = 4096;

/**
 * Sums and means of floats, accumulated in float64.
 *
 * The stock kernels add one float32 after the other. Over the hundred thousand values that a channel of a batch has, many of
 * them alike behind a ReLU, their rounding errors add up in one direction, to 1e-4 of a variance.
 * @param scale what a sum of `count` values is multiplied by
 */
export function reductionOf(
  { kernelName, kernelFunc: stock, setupFunc }: WasmKernel,
  scale: (count: number) => number,
): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => (args.inputs.x!.dtype === 'float32' ? reduce(args, scale) : stock(args)),
  };
}

function reduce({ inputs, attrs, backend }: KernelArgs, scale: (count: number) => number): tf.TensorInfo {
  const { shape } = inputs.x!;
  const axes = tf.util.parseAxisParam(attrs.axis, [...shape]).sort((a, b) => a - b);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const outShape = attrs.keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : kept.map((axis) => shape[axis]!);
  const factor = scale(tf.util.sizeFromShape(axes.map((axis) => shape[axis]!)));
  const run = (x: tf.TensorInfo, sum: typeof sumRows): tf.TensorInfo => {
    const out = backend.makeOutput(outShape, 'float32');
    if (sum === sumRows && tf.util.sizeFromShape(shape) >= WORTH_A_LOOP && simdOf(backend)) {
      return sumByLoop(backend, simdOf(backend)!, x, out, factor);
    }
    // Views are taken after the allocation, which may move the heap.
    sum(backend.typedArrayFromHeap(x) as Float32Array, backend.typedArrayFromHeap(out) as Float32Array, factor);
    return out;
  };
  // Reduced axes in front, as for a batch's channels, or behind lie right for a plain loop; others are brought to the front.
  if (axes.every((axis, i) => axis === i)) return run(inputs.x!, sumRows);
  if (kept.every((axis, i) => axis === i)) return run(inputs.x!, sumColumns);
  return compose({ inputs, backend }, ({ x }) =>
    tf.engine().makeTensorFromTensorInfo(run(tf.transpose(x!, [...axes, ...kept]), sumRows)),
  );
}

/** The same as `sumRows`, below, by our own loop: threads sum parts of the rows. */
function sumByLoop(
  backend: BackendWasm,
  simd: Simd,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  factor: number,
): tf.TensorInfo {
  const columns = tf.util.sizeFromShape(out.shape);
  const size = tf.util.sizeFromShape(x.shape);
  const parts = backend.makeOutput([2 * MAX_PIECES * columns], 'float32'); // of float64
  backend.typedArrayFromHeap(parts).fill(0);
  simd.run('sumRows', [addressOf(backend, x), addressOf(backend, parts), columns], size / columns, size);
  const bytes = backend.typedArrayFromHeap(parts);
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, MAX_PIECES * columns);
  sumRows(values, backend.typedArrayFromHeap(out) as Float32Array, factor);
  backend.disposeData(parts.dataId);
  return out;
}

type Floats = Float32Array | Float64Array;

/** [rows, columns] → [columns], times `factor` */
function sumRows(values: Floats, out: Float32Array, factor: number): void {
  const sums = new Float64Array(out.length);
  for (let start = 0; start < values.length; start += out.length) {
    for (let column = 0; column < out.length; column++) sums[column]! += values[start + column]!;
  }
  for (const [column, sum] of sums.entries()) out[column] = sum * factor;
}

/** [rows, columns] → [rows], times `factor` */
function sumColumns(values: Floats, out: Float32Array, factor: number): void {
  const columns = values.length / out.length;
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += values[i]!;
    out[row] = sum * factor;
  }
}
