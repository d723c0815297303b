import * as tf from '@tensorflow/tfjs-core';
import { compose, padBy, spreadImage, type WasmKernel } from './kernel.js';

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

/** dx: dy with zeros between its rows by the stride, convolved with the filter turned by 180° and its channels swapped. */
export const conv2DBackpropInput: WasmKernel = {
  kernelName: tf.Conv2DBackpropInput,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { strides, pad, dimRoundingMode, inputShape } = attrs;
    return compose({ inputs, backend }, ({ dy, filter }) => {
      const weights = filter as tf.Tensor4D;
      const info = tf.backend_util.computeConv2DInfo(inputShape, weights.shape, strides, 1, pad, dimRoundingMode);
      const turned = tf.transpose(tf.reverse(weights, [0, 1]), [0, 1, 3, 2]); // [KH, KW, K, C]
      const spread = spreadImage(dy as tf.Tensor4D, info.strideHeight, info.strideWidth);
      return fullCorrelation(spread, info, (padded) => tf.conv2d(padded, turned, 1, 'valid'));
    });
  },
};

/**
 * Pads `spread` so that a valid convolution with the kernel gives exactly the input's rows and columns, whether the forward
 * padding was smaller than the kernel or larger.
 */
export function fullCorrelation(
  spread: tf.Tensor4D,
  info: tf.backend_util.Conv2DInfo,
  convolve: (padded: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const { inHeight, inWidth, effectiveFilterHeight, effectiveFilterWidth, padInfo } = info;
  const rows = marginsOf(spread.shape[1], inHeight, effectiveFilterHeight, padInfo.top);
  const columns = marginsOf(spread.shape[2], inWidth, effectiveFilterWidth, padInfo.left);
  const padded = tf.pad(spread, [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ]);
  const out = convolve(padded);
  return tf.slice(out, [0, rows.skip, columns.skip, 0], [out.shape[0], inHeight, inWidth, out.shape[3]]);
}

/** Zeros to put before and behind `length` entries, and outputs to skip, so that `size` outputs line up with the input. */
function marginsOf(length: number, size: number, kernel: number, padding: number) {
  const before = Math.max(0, kernel - 1 - padding);
  const skip = Math.max(0, padding - (kernel - 1));
  const after = Math.max(0, skip + size + kernel - 1 - length - before);
  return { before, after, skip };
}
