import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectImage, expectOptionsObject, type NumberOrPair, onBatch } from './checks.js';
import { isHalf } from './half.js';
import { padImage, withPadding } from './padding.js';
import { gatherImage } from './separable.js';
import { type PoolOptions, padsOf, type Windows, windowsOf } from './windows.js';

export interface MaxPoolIndices {
  /** Only false is there: one tensor comes out. */
  readonly returnIndices?: boolean;
}

export interface MaxPoolOptions extends PoolOptions, MaxPoolIndices {
  readonly dilation?: NumberOrPair;
}

/** Padding behind max-pooling windows: finite, for a GPU may not take -Infinity, and below every value a network computes. */
const lowest = () => (isHalf() ? -65504 : -3.4028234663852886e38);

/**
 * Largest value of each window.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', C], H' = floor((H + 2·padding − dilation·(K − 1) − 1) / stride) + 1 (ceil with
 * `ceilMode`, less a last window that would begin in the padding behind the image).
 *
 * The gradient goes to the first of equal values, as in PyTorch.
 * @throws ShapeError if the image is smaller than a window, the padding more than half the kernel, or indices are asked for
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 */
export function maxPool2d(x: tf.Tensor, kernelSize: NumberOrPair, options: MaxPoolOptions = {}): tf.Tensor {
  expectOptionsObject('maxPool2d', options);
  expectNoIndices('MaxPool2d', options);
  expectImage('MaxPool2d', x);
  const windows = windowsOf('MaxPool2d', x, kernelSize, options);
  const isDilated = windows.some(({ dilation }) => dilation > 1);
  return tf.tidy(() =>
    onBatch(x, (batch) => (isDilated ? maxPoolDilated : maxPoolDense)(batch as tf.Tensor4D, windows), 4),
  );
}

export function expectNoIndices(who: string, { returnIndices = false }: MaxPoolIndices): void {
  if (!returnIndices) return;
  throw new ShapeError(`${who}: expected returnIndices false, got true. Indices are not there: one tensor comes out.`);
}

function maxPoolDense(x: tf.Tensor4D, windows: [Windows, Windows]): tf.Tensor4D {
  const [rows, columns] = windows;
  const { padded, pad } = withPadding(x, padsOf(windows), lowest());
  return tf.maxPool(padded, [rows.kernel, columns.kernel], [rows.stride, columns.stride], pad);
}

function maxPoolDilated(x: tf.Tensor4D, windows: [Windows, Windows]): tf.Tensor4D {
  const [rows, columns] = windows;
  const padded = padImage(x, padsOf(windows), lowest());
  return maxPoolTaps(padded, tapsOf(rows), tapsOf(columns), [rows.kernel, columns.kernel]);
}

/**
 * Gathers every window's values side by side, [N, H'·KH, W'·KW, C], where plain pooling finds them.
 * @param rows the row that each gathered row comes from, KH for each window
 * @param columns the same for columns
 */
export function maxPoolTaps(
  x: tf.Tensor4D,
  rows: number[],
  columns: number[],
  kernel: [height: number, width: number],
): tf.Tensor4D {
  return tf.maxPool(gatherImage(x, rows, columns), kernel, kernel, 'valid');
}

function tapsOf({ count, kernel, stride, dilation }: Windows): number[] {
  return Array.from({ length: count * kernel }, (_, i) => Math.floor(i / kernel) * stride + (i % kernel) * dilation);
}
