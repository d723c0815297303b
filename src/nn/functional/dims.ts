import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { shapeText } from './checks.js';

/** Where PyTorch's dimensions N, C, H, W lie in a channels-last tensor of rank 4. */
const NCHW_AXES = [0, 3, 1, 2] as const;

/**
 * PyTorch's number of a dimension as the axis of our tensor. On rank 4 it names N, C, H, W; on other ranks it counts the axes
 * as they lie. Negative numbers count from the end.
 * @throws ShapeError if there is no such dimension
 */
export function axisOf(who: string, x: tf.Tensor, dim: number): number {
  const index = normalizeDim(who, x, dim);
  return x.rank === 4 ? NCHW_AXES[index]! : index;
}

/** A dimension counted from 0. */
export function normalizeDim(who: string, x: tf.Tensor, dim: number): number {
  const rank = Math.max(x.rank, 1);
  if (Number.isInteger(dim) && dim >= -rank && dim < rank) return dim < 0 ? dim + rank : dim;
  throw new ShapeError(
    `${who}: expected a dimension from ${-rank} to ${rank - 1}, got ${dim} for shape ${shapeText(x.shape)}. ` +
      'Check the number of axes.',
  );
}

/** [N, H, W, C] → [N, C, H, W]; other ranks lie in PyTorch's order already. */
export function toTorchOrder(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? tf.transpose(x, [...NCHW_AXES]) : x;
}

/** [N, C, H, W] → [N, H, W, C]; other ranks stay as they lie. */
export function fromTorchOrder(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? tf.transpose(x, [0, 2, 3, 1]) : x;
}

/** Runs an op of the last axis on another one. */
export function onLastAxis(x: tf.Tensor, axis: number, op: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const last = x.rank - 1;
  if (axis >= last) return op(x);
  const swap = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return tf.transpose(op(tf.transpose(x, swap)), swap);
}
