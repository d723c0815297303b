import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectImage, expectPair, type NumberOrPair, onBatch, PAIR_REMEDY, shapeText } from './checks.js';
import { type Pads, padImage, withPadding } from './padding.js';
import { multiplyImage } from './separable.js';

export interface PoolOptions {
  /** Distance between windows; the kernel size if not given. */
  readonly stride?: NumberOrPair | null;
  readonly padding?: NumberOrPair;
  /** Rounds the output size up: a last window may begin inside the image and end outside. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  readonly dilation?: NumberOrPair;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padded zeros count as values in the average. */
  readonly countIncludePad?: boolean;
  /** Divides each window's sum by this and not by its size. */
  readonly divisorOverride?: number | null;
}

/** Rows and columns to bring an image to; null keeps a direction as it is. */
export type OutputSize = number | null | readonly [height: number | null, width: number | null];

/** What the windows along one direction cover. */
interface Windows {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  /** Number of windows. */
  readonly count: number;
  /** Columns to add behind the image so that every window is whole; negative where the image ends in columns no window sees. */
  readonly after: number;
}

/** Padding behind max-pooling windows: finite, for a GPU may not take -Infinity, and below every value a network computes. */
const LOWEST = -3.4028234663852886e38;

/**
 * Largest value of each window.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', C], H' = floor((H + 2·padding − dilation·(K − 1) − 1) / stride) + 1 (ceil with
 * `ceilMode`, less a last window that would begin in the padding behind the image).
 *
 * The gradient goes to the first of equal values, as in PyTorch.
 * @throws ShapeError if the image is smaller than a window, or the padding more than half the kernel
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 */
export function maxPool2d(x: tf.Tensor, kernelSize: NumberOrPair, options: MaxPoolOptions = {}): tf.Tensor {
  expectImage('MaxPool2d', x);
  const windows = windowsOf('MaxPool2d', x, kernelSize, options);
  const isDilated = windows.some(({ dilation }) => dilation > 1);
  return tf.tidy(() =>
    onBatch(x, (batch) => (isDilated ? maxPoolDilated : maxPoolDense)(batch as tf.Tensor4D, windows), 4),
  );
}

function maxPoolDense(x: tf.Tensor4D, windows: [Windows, Windows]): tf.Tensor4D {
  const [rows, columns] = windows;
  const { padded, pad } = withPadding(x, padsOf(windows), LOWEST);
  return tf.maxPool(padded, [rows.kernel, columns.kernel], [rows.stride, columns.stride], pad);
}

/** Gathers every window's values side by side, [N, H'·KH, W'·KW, C], where plain pooling finds them without dilation. */
function maxPoolDilated(x: tf.Tensor4D, windows: [Windows, Windows]): tf.Tensor4D {
  const [rows, columns] = windows;
  const padded = padImage(x, padsOf(windows), LOWEST);
  const tall = tf.gather(padded, tf.tensor1d(tapsOf(rows), 'int32'), 1);
  const wide = tf.gather(tall, tf.tensor1d(tapsOf(columns), 'int32'), 2);
  const kernel: [number, number] = [rows.kernel, columns.kernel];
  return tf.maxPool(wide, kernel, kernel, 'valid');
}

function tapsOf({ count, kernel, stride, dilation }: Windows): number[] {
  return Array.from({ length: count * kernel }, (_, i) => Math.floor(i / kernel) * stride + (i % kernel) * dilation);
}

/**
 * Mean of each window.
 *
 * Shape: as `maxPool2d` with dilation 1.
 * @throws ShapeError if the image is smaller than a window, or the padding more than half the kernel
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d(x: tf.Tensor, kernelSize: NumberOrPair, options: AvgPoolOptions = {}): tf.Tensor {
  expectImage('AvgPool2d', x);
  const windows = windowsOf('AvgPool2d', x, kernelSize, options);
  const [rows, columns] = windows;
  const { countIncludePad = true, divisorOverride = null } = options;
  if (divisorOverride === 0) {
    throw new ShapeError('AvgPool2d: expected a divisorOverride other than 0, got 0. Leave it out for the mean.');
  }
  return tf.tidy(() =>
    onBatch(
      x,
      (batch) => {
        // The tfjs op never counts padding, so it gets an image that is padded already, and what it divided by is put right.
        const padded = padImage(batch as tf.Tensor4D, padsOf(windows), 0);
        const area = rows.kernel * columns.kernel;
        const mean = tf.avgPool(padded, [rows.kernel, columns.kernel], [rows.stride, columns.stride], 'valid');
        if (divisorOverride !== null) return tf.mul(mean, area / divisorOverride);
        const heights = countsOf(rows, countIncludePad);
        const widths = countsOf(columns, countIncludePad);
        const scale = heights.flatMap((height) => widths.map((width) => area / (height * width)));
        if (scale.every((factor) => factor === 1)) return mean;
        return tf.mul(mean, tf.tensor4d(scale, [1, rows.count, columns.count, 1])); // [N, H', W', C] · [1, H', W', 1]
      },
      4,
    ),
  );
}

/** How many rows each window's average counts: the padding on request, what lies behind the padding never. */
function countsOf({ size, kernel, stride, padding, count }: Windows, countIncludePad: boolean): number[] {
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - padding;
    const end = Math.min(start + kernel, size + padding);
    return countIncludePad ? end - start : Math.min(end, size) - Math.max(start, 0);
  });
}

/**
 * Mean over windows that divide the image evenly into a grid of the given size, which may be larger than the image.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', C]; an output size of null keeps that direction.
 * Window i covers floor(i·H / H') … ceil((i + 1)·H / H').
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d(x: tf.Tensor, outputSize: OutputSize): tf.Tensor {
  expectImage('AdaptiveAvgPool2d', x);
  const [height, width] = x.shape.slice(-3) as [number, number];
  const [wantedHeight, wantedWidth] = expectOutputSize('AdaptiveAvgPool2d', outputSize);
  const outHeight = wantedHeight ?? height;
  const outWidth = wantedWidth ?? width;
  if (outHeight === height && outWidth === width) return tf.clone(x);
  return tf.tidy(() =>
    onBatch(
      x,
      (batch) =>
        // The mean over a grid of windows is separable.
        multiplyImage(batch as tf.Tensor4D, averagingMatrix(height, outHeight), averagingMatrix(width, outWidth)),
      4,
    ),
  );
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

/** [outSize, size]: row i averages the inputs of window i. */
function averagingMatrix(size: number, outSize: number): tf.Tensor2D {
  const values = new Float32Array(outSize * size);
  for (let i = 0; i < outSize; i++) {
    const start = Math.floor((i * size) / outSize);
    const end = Math.ceil(((i + 1) * size) / outSize);
    values.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return tf.tensor2d(values, [outSize, size]);
}

function padsOf([rows, columns]: readonly [Windows, Windows]): Pads {
  return {
    top: rows.padding,
    bottom: Math.max(0, rows.after),
    left: columns.padding,
    right: Math.max(0, columns.after),
  };
}

/** A pooling's arguments as pairs. @throws ShapeError if one is out of its range */
export function expectWindows(who: string, kernelSize: NumberOrPair, options: MaxPoolOptions) {
  const kernels = expectPair(who, 'kernelSize', kernelSize, 1);
  const strides = expectPair(who, 'stride', options.stride ?? kernelSize, 1);
  const paddings = expectPair(who, 'padding', options.padding ?? 0, 0);
  const dilations = expectPair(who, 'dilation', options.dilation ?? 1, 1);
  const extents = kernels.map((kernel, axis) => dilations[axis]! * (kernel - 1) + 1);
  if (paddings.some((padding, axis) => padding > extents[axis]! / 2)) {
    throw new ShapeError(
      `${who}: expected padding of at most half the kernel size ${shapeText(extents)}, got ${shapeText(paddings)}. ` +
        'Pad the image first if you need more.',
    );
  }
  return { kernels, strides, paddings, dilations };
}

function windowsOf(
  who: string,
  x: tf.Tensor,
  kernelSize: NumberOrPair,
  options: MaxPoolOptions,
): [rows: Windows, columns: Windows] {
  const { kernels, strides, paddings, dilations } = expectWindows(who, kernelSize, options);
  const ceilMode = options.ceilMode ?? false;
  const sizes = x.shape.slice(-3, -1);
  const windows = sizes.map((size, axis) => {
    const kernel = kernels[axis]!;
    const stride = strides[axis]!;
    const padding = paddings[axis]!;
    const dilation = dilations[axis]!;
    const extent = dilation * (kernel - 1) + 1;
    const steps = (size + 2 * padding - extent) / stride;
    let count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that would begin in the padding behind the image is left out.
    if (ceilMode && (count - 1) * stride >= size + padding) count--;
    const after = (count - 1) * stride + extent - size - padding;
    return { size, kernel, stride, dilation, padding, count, after };
  });
  if (windows.some(({ count }) => count < 1)) {
    throw new ShapeError(
      `${who}: expected an image of at least the kernel size ${shapeText(kernels)}, got shape ${shapeText(x.shape)} with ` +
        `padding ${shapeText(paddings)}. Give a larger image, or use fewer poolings.`,
    );
  }
  return windows as [Windows, Windows];
}
