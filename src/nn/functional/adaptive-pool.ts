import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectImage, expectOptionsObject, expectPixels, onBatch, PAIR_REMEDY } from './checks.js';
import { expectNoIndices, type MaxPoolIndices, maxPoolTaps } from './max-pool.js';
import { type ImageMatrices, insteadOfMatrices, multiplyImage } from './separable.js';

/** Rows and columns to bring an image to; null keeps a direction as it is. */
export type OutputSize = number | null | readonly [height: number | null, width: number | null];

/**
 * Mean over windows that divide the image evenly into a grid of the given size, which may be larger than the image.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', C]; an output size of null keeps that direction.
 * Window i covers floor(i·H / H') … ceil((i + 1)·H / H').
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d(x: tf.Tensor, outputSize: OutputSize): tf.Tensor {
  const { height, width, outHeight, outWidth } = sizesOf('AdaptiveAvgPool2d', x, outputSize);
  if (outHeight === height && outWidth === width) return tf.clone(x);
  const rows = windowsOf(height, outHeight);
  const columns = windowsOf(width, outWidth);
  // The mean over a grid of windows is separable.
  const matricesOf = () => [averagingMatrix(rows, height), averagingMatrix(columns, width)] as const;
  return tf.tidy(() =>
    onBatch(x, (batch) => insteadOfMatrices(batch as tf.Tensor4D, averageOf(rows, columns, matricesOf), matricesOf), 4),
  );
}

/** The quickest way to the means: an ordinary pooling where the windows are all alike, such as 13 rows → 6. */
function averageOf(rows: Window[], columns: Window[], matricesOf: ImageMatrices): (x: tf.Tensor4D) => tf.Tensor4D {
  if (!isRegular(rows) || !isRegular(columns)) return (x) => multiplyImage(x, matricesOf());
  const kernel: [number, number] = [rows[0]!.end, columns[0]!.end];
  const stride: [number, number] = [rows[1]?.start ?? 1, columns[1]?.start ?? 1];
  return (x) => tf.avgPool(x, kernel, stride, 'valid');
}

/** Whether the windows are of one length and equally far from each other. */
function isRegular(windows: Window[]): boolean {
  const kernel = windows[0]!.end;
  const stride = windows[1]?.start ?? 1;
  return stride > 0 && windows.every(({ start, end }, i) => start === i * stride && end === start + kernel);
}

/**
 * Largest value of each of the windows that divide the image evenly into a grid of the given size, which may be larger than the image.
 *
 * Shape: as `adaptiveAvgPool2d`, with the same windows. The gradient goes to the first of equal values, as in PyTorch.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export function adaptiveMaxPool2d(x: tf.Tensor, outputSize: OutputSize, options: MaxPoolIndices = {}): tf.Tensor {
  expectOptionsObject('adaptiveMaxPool2d', options);
  expectNoIndices('AdaptiveMaxPool2d', options);
  const { height, width, outHeight, outWidth } = sizesOf('AdaptiveMaxPool2d', x, outputSize);
  if (outHeight === height && outWidth === width) return tf.clone(x);
  const rows = tapsOf(height, outHeight);
  const columns = tapsOf(width, outWidth);
  return tf.tidy(() =>
    onBatch(x, (batch) => maxPoolTaps(batch as tf.Tensor4D, rows.taps, columns.taps, [rows.kernel, columns.kernel]), 4),
  );
}

/** What each window covers, brought to one length by naming its last value again, which a maximum does not notice. */
function tapsOf(size: number, outSize: number): { taps: number[]; kernel: number } {
  const windows = windowsOf(size, outSize);
  const kernel = Math.max(...windows.map(({ start, end }) => end - start));
  const taps = windows.flatMap(({ start, end }) =>
    Array.from({ length: kernel }, (_, i) => Math.min(start + i, end - 1)),
  );
  return { taps, kernel };
}

interface Window {
  readonly start: number;
  readonly end: number;
}

/** The windows along one direction; they may overlap. */
function windowsOf(size: number, outSize: number): Window[] {
  return Array.from({ length: outSize }, (_, i) => ({
    start: Math.floor((i * size) / outSize),
    end: Math.ceil(((i + 1) * size) / outSize),
  }));
}

function sizesOf(who: string, x: tf.Tensor, outputSize: OutputSize) {
  expectImage(who, x);
  expectPixels(who, x);
  const [height, width] = x.shape.slice(-3) as [number, number];
  const [outHeight, outWidth] = expectOutputSize(who, outputSize);
  return { height, width, outHeight: outHeight ?? height, outWidth: outWidth ?? width };
}

/** An output size as a pair. @throws ShapeError unless it is made of positive integers and nulls */
export function expectOutputSize(
  who: string,
  outputSize: OutputSize,
): readonly [height: number | null, width: number | null] {
  const pair = Array.isArray(outputSize) ? outputSize : [outputSize, outputSize];
  const isSize = (size: number | null) => size === null || (Number.isInteger(size) && size >= 1);
  if (pair.length === 2 && pair.every(isSize)) return [pair[0], pair[1]];
  throw new ShapeError(
    `${who}: expected outputSize to be one or two positive integers or null, got [${pair.map(String).join(', ')}]. ` +
      PAIR_REMEDY,
  );
}

/** [windows, size]: row i averages the inputs of window i. */
function averagingMatrix(windows: Window[], size: number): tf.Tensor2D {
  const values = new Float32Array(windows.length * size);
  for (const [i, { start, end }] of windows.entries()) {
    values.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return tf.tensor2d(values, [windows.length, size]);
}
