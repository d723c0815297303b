import * as tf from '@tensorflow/tfjs-core';
import { compose, type KernelArgs, type WasmKernel } from './kernel.js';

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
  const rows = tf.util.sizeFromShape(axes.map((axis) => shape[axis]!));
  const columns = tf.util.sizeFromShape(kept.map((axis) => shape[axis]!));
  const factor = scale(rows);
  // Reduced axes in front, as for a batch's channels, or behind lie right for a plain loop; others are brought to the front.
  if (axes.every((axis, i) => axis === i)) return reduceRows(inputs.x!, backend, rows, columns, factor, outShape);
  if (kept.every((axis, i) => axis === i)) return reduceColumns(inputs.x!, backend, columns, rows, factor, outShape);
  return compose({ inputs, backend }, ({ x }) => {
    const ordered = tf.transpose(x!, [...axes, ...kept]);
    return tf.engine().makeTensorFromTensorInfo(reduceRows(ordered, backend, rows, columns, factor, outShape));
  });
}

/** [rows, columns] → [columns] */
function reduceRows(
  x: tf.TensorInfo,
  backend: KernelArgs['backend'],
  rows: number,
  columns: number,
  factor: number,
  outShape: number[],
): tf.TensorInfo {
  const out = backend.makeOutput(outShape, 'float32');
  const values = backend.typedArrayFromHeap(x);
  const sums = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) sums[column]! += values[i++]!;
  }
  const result = backend.typedArrayFromHeap(out);
  for (let column = 0; column < columns; column++) result[column] = sums[column]! * factor;
  return out;
}

/** [rows, columns] → [rows] */
function reduceColumns(
  x: tf.TensorInfo,
  backend: KernelArgs['backend'],
  rows: number,
  columns: number,
  factor: number,
  outShape: number[],
): tf.TensorInfo {
  const out = backend.makeOutput(outShape, 'float32');
  const values = backend.typedArrayFromHeap(x);
  const result = backend.typedArrayFromHeap(out);
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[i++]!;
    result[row] = sum * factor;
  }
  return out;
}
