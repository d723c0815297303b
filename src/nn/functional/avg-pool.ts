import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectImage, expectOptionsObject, type NumberOrPair, onBatch } from './checks.js';
import { padImage } from './padding.js';
import { type PoolOptions, padsOf, type Windows, windowsOf } from './windows.js';

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padded zeros count as values in the average. */
  readonly countIncludePad?: boolean;
  /** Divides each window's sum by this and not by its size. */
  readonly divisorOverride?: number | null;
}

/**
 * Mean of each window.
 *
 * Shape: as `maxPool2d` with dilation 1.
 * @throws ShapeError if the image is smaller than a window, or the padding more than half the kernel
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d(x: tf.Tensor, kernelSize: NumberOrPair, options: AvgPoolOptions = {}): tf.Tensor {
  expectOptionsObject('avgPool2d', options);
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
