import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';

/** Adding up this many float32 one after the other loses some 1e-6 of the sum. */
const SHORT = 1024;

/** Adds up axes, which are dropped. */
type Sum = (x: tf.Tensor, axes: number[]) => tf.Tensor;

/**
 * Sums and means of floats, added up in parts.
 *
 * Trailing axes TensorFlow adds up pairwise, others one float32 after the other. Over the hundred thousand values that a channel
 * of a batch has, many of them alike behind a ReLU, the rounding errors add up in one direction, to 1e-3 of the sum.
 * @param stockSum the stock kernel that sums
 * @param scale what a sum of `count` values is multiplied by
 */
export function reductionOf(
  { kernelName, kernelFunc: stock }: Kernel,
  { kernelFunc: stockSum }: Kernel,
  scale: (count: number) => number,
): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const x = args.inputs.x!;
      const axes = tf.util.parseAxisParam(args.attrs.axis, x.shape).sort((a, b) => a - b);
      const count = tf.util.sizeFromShape(axes.map((axis) => x.shape[axis]!));
      const isTrailing = axes.every((axis, i) => axis === x.rank - axes.length + i);
      if (x.dtype !== 'float32' || isTrailing || count <= SHORT) return stock(args);
      const sum: Sum = (y, axis) =>
        stockSum({ ...args, inputs: { x: y }, attrs: { axis, keepDims: false } }) as tf.Tensor;
      return tf.tidy(() => {
        const reduced = tf.reshape(sumInParts(x, axes, sum), shapeWithout(x.shape, axes, args.attrs.keepDims));
        const factor = scale(count);
        return factor === 1 ? reduced : tf.mul(reduced, factor);
      });
    },
  };
}

function sumInParts(x: tf.Tensor, axes: number[], sum: Sum): tf.Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const width = tf.util.sizeFromShape(kept.map((axis) => x.shape[axis]!));
  if (axes.every((axis, i) => axis === i)) {
    const sums = sumRows(tf.reshape(x, [-1, width]), sum);
    if (sums) return sums;
  }
  return sum(tf.reshape(tf.transpose(x, [...kept, ...axes]), [width, -1]), [1]);
}

/** [rows, columns] → [columns], a part of the rows in each step; undefined if their number has no divisors to part it by. */
function sumRows(x: tf.Tensor, sum: Sum): tf.Tensor | undefined {
  const [rows, columns] = x.shape as [number, number];
  if (rows <= SHORT) return sum(x, [0]);
  let part = SHORT;
  while (rows % part > 0) part--;
  return part < 8 ? undefined : sumRows(sum(tf.reshape(x, [part, rows / part, columns]), [0]), sum);
}

function shapeWithout(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return shape.filter((_, axis) => !axes.includes(axis));
}
