import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';
import { expectTensor } from './checks.js';
import { normalizeDim, toTorchOrder } from './dims.js';

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
