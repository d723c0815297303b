import * as tf from '@tensorflow/tfjs-core';
import { type ConvInfo, compose, padBy, type WasmKernel } from './kernel.js';

// The two gradients of a convolution are convolutions themselves, so XNNPACK's fast forward kernel computes them. The stock
// backend lacks the first, and computes the second by a naive loop.

/** dW: the input as [C, H, W, N] convolved with dy as a filter [H', W', N, K], dilated by the stride, is [C, KH, KW, K]. */
export const conv2DBackpropFilter: WasmKernel = {
  kernelName: tf.Conv2DBackpropFilter,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { strides, pad, dimRoundingMode, filterShape } = attrs;
    return compose({ inputs, backend }, ({ x, dy }) => {
      const images = x as tf.Tensor4D;
      if (images.size === 0) return tf.zeros(filterShape);
      const info = tf.backend_util.computeConv2DInfo(images.shape, filterShape, strides, 1, pad, dimRoundingMode);
      const input = tf.transpose(padBy(images, info), [3, 1, 2, 0]);
      const filter = tf.transpose(dy as tf.Tensor4D, [1, 2, 0, 3]);
      const grad = tf.conv2d(input, filter, 1, 'valid', 'NHWC', [info.strideHeight, info.strideWidth]);
      // Rows that no window reached because the stride did not divide come out behind the kernel's own.
      const own = tf.slice(grad, 0, [info.inChannels, info.filterHeight, info.filterWidth, info.outChannels]);
      return tf.transpose(own, [1, 2, 0, 3]);
    });
  },
};

/**
 * dx: dy convolved with the filter turned by 180° and its channels swapped. With a stride only every so many taps of the filter meet dy at
 * a given row, which ones repeating with the stride, so each such phase has a small filter of its own, and their rows are interleaved.
 */
export const conv2DBackpropInput: WasmKernel = {
  kernelName: tf.Conv2DBackpropInput,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { strides, pad, dimRoundingMode, inputShape } = attrs;
    return compose({ inputs, backend }, ({ dy, filter }) => {
      const weights = filter as tf.Tensor4D;
      const info = tf.backend_util.computeConv2DInfo(inputShape, weights.shape, strides, 1, pad, dimRoundingMode);
      const { inHeight, inWidth, strideHeight, strideWidth } = info;
      const [rows, columns] = alongBoth(info);
      const bands = phasesOf(rows, strideHeight).map((row) => {
        const parts = phasesOf(columns, strideWidth).map((column) =>
          phaseOf(dy as tf.Tensor4D, weights, row, column, info),
        );
        const [count, height, width, channels] = parts[0]!.shape;
        return tf.reshape(tf.concat(parts, 3), [count, height, width * strideWidth * channels]);
      });
      const [count, height, width] = bands[0]!.shape as [number, number, number];
      const wide = width / info.inChannels;
      const image = tf.reshape(tf.concat(bands, 2), [count, height * strideHeight, wide, info.inChannels]);
      return tf.slice(image, 0, [count, inHeight, inWidth, info.inChannels]);
    });
  },
};

/** How a convolution with stride 1 runs along one direction of dy: so many outputs, of so many taps, the first this far outside. */
interface Along {
  readonly size: number;
  readonly kernel: number;
  readonly padding: number;
}

/** The rows and the columns of a convolution as if its stride were 1. */
export function alongBoth(info: ConvInfo): [rows: Along, columns: Along] {
  const { inHeight, inWidth, effectiveFilterHeight, effectiveFilterWidth, padInfo } = info;
  return [
    { size: inHeight, kernel: effectiveFilterHeight, padding: padInfo.top },
    { size: inWidth, kernel: effectiveFilterWidth, padding: padInfo.left },
  ];
}

/** A phase has every `stride`th tap of the filter, from the `first` on. */
interface Phase extends Along {
  readonly first: number;
}

function phasesOf({ size, kernel, padding }: Along, stride: number): Phase[] {
  return Array.from({ length: stride }, (_, row) => {
    const first = (row + padding) % stride;
    return {
      first,
      kernel: Math.max(0, Math.ceil((kernel - first) / stride)),
      size: Math.ceil(size / stride),
      padding: Math.floor((row + padding) / stride),
    };
  });
}

/** Every `strideHeight`th row and `strideWidth`th column of dx: dy [N, H', W', K], weights [KH, KW, C, K] → [N, rows, columns, C] */
function phaseOf(dy: tf.Tensor4D, weights: tf.Tensor4D, rows: Phase, columns: Phase, info: ConvInfo): tf.Tensor4D {
  const { batchSize, inChannels, strideHeight, strideWidth } = info;
  if (rows.kernel === 0 || columns.kernel === 0) return tf.zeros([batchSize, rows.size, columns.size, inChannels]);
  const begin = [rows.first, columns.first, 0, 0];
  const taps =
    strideHeight === 1 && strideWidth === 1
      ? weights
      : tf.stridedSlice(weights, begin, weights.shape, [strideHeight, strideWidth, 1, 1]);
  const turned = tf.transpose(tf.reverse(taps, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D; // [KH', KW', K, C]
  return fullCorrelation(dy, rows, columns, (padded) => tf.conv2d(padded, turned, 1, 'valid'));
}

/** Pads dy so that a valid convolution gives the outputs asked for, whether the forward padding was smaller than the kernel or larger. */
export function fullCorrelation(
  dy: tf.Tensor4D,
  rows: Along,
  columns: Along,
  convolve: (padded: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const vertical = marginsOf(dy.shape[1], rows);
  const horizontal = marginsOf(dy.shape[2], columns);
  const padded = tf.pad(dy, [
    [0, 0],
    [vertical.before, vertical.after],
    [horizontal.before, horizontal.after],
    [0, 0],
  ]);
  const out = convolve(padded);
  return tf.slice(out, [0, vertical.skip, horizontal.skip, 0], [out.shape[0], rows.size, columns.size, out.shape[3]]);
}

/** Zeros to put before and behind `length` entries, and outputs to skip, so that `size` outputs line up with the input. */
function marginsOf(length: number, { size, kernel, padding }: Along) {
  const before = Math.max(0, kernel - 1 - padding);
  const skip = Math.max(0, padding - (kernel - 1));
  const after = Math.max(0, skip + size + kernel - 1 - length - before);
  return { before, after, skip };
}
