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
  const factor = scale(tf.util.sizeFromShape(axes.map((axis) => shape[axis]!)));
  const run = (x: tf.TensorInfo, sum: typeof sumRows): tf.TensorInfo => {
    const out = backend.makeOutput(outShape, 'float32');
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

/** [rows, columns] → [columns], times `factor` */
function sumRows(values: Float32Array, out: Float32Array, factor: number): void {
  const sums = new Float64Array(out.length);
  for (let start = 0; start < values.length; start += out.length) {
    for (let column = 0; column < out.length; column++) sums[column]! += values[start + column]!;
  }
  for (const [column, sum] of sums.entries()) out[column] = sum * factor;
}

/** [rows, columns] → [rows], times `factor` */
function sumColumns(values: Float32Array, out: Float32Array, factor: number): void {
  const columns = values.length / out.length;
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += values[i]!;
    out[row] = sum * factor;
  }
}
