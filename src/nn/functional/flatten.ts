import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';
import { expectOptionsObject, expectTensor, shapeText } from './checks.js';
import { fromTorchOrder, normalizeDim, toTorchOrder } from './dims.js';

/**
 * Joins the dimensions from `startDim` to `endDim` into one.
 *
 * Shape: [N, H, W, C] → [N, C · H · W] by default, in PyTorch's (C, H, W) order, so that the weights of a linear layer behind
 * it load unchanged. Dimensions of a rank-4 tensor are PyTorch's N, C, H, W, and when some are joined the result lies as
 * PyTorch's does; tensors of other ranks are joined as they lie.
 * @throws ShapeError if a dimension does not exist or the end lies before the start
 * @see https://docs.pytorch.org/docs/stable/generated/torch.flatten.html
 */
export function flatten(x: tf.Tensor, options: { startDim?: number; endDim?: number } = {}): tf.Tensor {
  expectOptionsObject('flatten', options);
  const { startDim = 0, endDim = -1 } = options;
  expectTensor('Flatten', x);
  const start = normalizeDim('Flatten', x, startDim);
  const end = normalizeDim('Flatten', x, endDim);
  if (end < start) {
    throw new ShapeError(
      `Flatten: expected endDim not before startDim, got startDim ${startDim} and endDim ${endDim}. Swap them.`,
    );
  }
  if (start === end && x.rank > 0) return tf.clone(x);
  return tf.tidy(() => {
    const ordered = toTorchOrder(x);
    const { shape } = ordered;
    return tf.reshape(ordered, [
      ...shape.slice(0, start),
      sizeOf(shape.slice(start, end + 1)),
      ...shape.slice(end + 1),
    ]);
  });
}

/**
 * Splits a dimension into several: the inverse of `flatten`.
 *
 * Shape: [N, C · H · W] with `dim` 1 and `unflattenedSize` [C, H, W] → [N, H, W, C]. Where the result has rank 4, its dimensions are
 * PyTorch's N, C, H, W, and it lies channels-last as every image; results of other ranks lie as PyTorch's do. One size may be -1.
 * @throws ShapeError if there is no such dimension or the sizes do not multiply up to it
 * @see https://docs.pytorch.org/docs/stable/generated/torch.unflatten.html
 */
export function unflatten(x: tf.Tensor, dim: number, unflattenedSize: readonly number[]): tf.Tensor {
  expectTensor('Unflatten', x);
  expectUnflattenedSize('Unflatten', unflattenedSize);
  const index = normalizeDim('Unflatten', x, dim);
  return tf.tidy(() => {
    const ordered = toTorchOrder(x);
    const { shape } = ordered;
    const sizes = fillIn(unflattenedSize, shape[index]!, x.shape);
    return fromTorchOrder(tf.reshape(ordered, [...shape.slice(0, index), ...sizes, ...shape.slice(index + 1)]));
  });
}

/** @throws ShapeError unless these are sizes of which one at most is -1 */
export function expectUnflattenedSize(who: string, sizes: readonly number[]): void {
  const areSizes = Array.isArray(sizes) && sizes.length > 0 && sizes.every((n) => Number.isInteger(n) && n >= -1);
  if (areSizes && sizes.filter((n) => n === -1).length <= 1) return;
  throw new ShapeError(
    `${who}: expected unflattenedSize as a list of sizes, one of which may be -1, got ${JSON.stringify(sizes)}. ` +
      'Give numbers such as [C, H, W]; there are no named dimensions here.',
  );
}

/** The sizes with -1 replaced by what is left of `size`. */
function fillIn(sizes: readonly number[], size: number, shape: readonly number[]): number[] {
  const known = sizeOf(sizes.filter((n) => n !== -1));
  const filled = sizes.map((n) => (n === -1 ? size / known : n));
  if (filled.every(Number.isInteger) && sizeOf(filled) === size) return filled;
  throw new ShapeError(
    `Unflatten: expected sizes that multiply up to ${size}, got ${shapeText(sizes)} for shape ${shapeText(shape)}. ` +
      'Change the sizes, or what the layer before gives.',
  );
}
