import * as tf from '@tensorflow/tfjs-core';
import { fullCorrelation } from './conv-grad.js';
import { type ConvInfo, compose, padBy, spreadImage, type WasmKernel } from './kernel.js';

// Gradients of a depthwise convolution, both missing from the stock backend. Filters lie as [KH, KW, C, M].

/** dW: for each tap of the kernel, the input as that tap saw it times dy, summed over batch and positions. */
export const depthwiseBackpropFilter: WasmKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
    return compose({ inputs, backend }, ({ x, dy }) => {
      const images = x as tf.Tensor4D;
      const info = tf.backend_util.computeConv2DInfo(
        images.shape,
        filterShape,
        strides,
        dilations,
        pad,
        dimRoundingMode,
        true,
      );
      const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = info;
      const multiplier = info.outChannels / inChannels;
      const padded = padBy(images, info);
      const upstream = tf.reshape(dy!, [batchSize * outHeight * outWidth, inChannels, multiplier]);
      const taps: tf.Tensor[] = [];
      for (let row = 0; row < filterHeight; row++) {
        for (let column = 0; column < filterWidth; column++) {
          const seen = tf.reshape(seenByTap(padded, info, row, column), [
            batchSize * outHeight * outWidth,
            inChannels,
            1,
          ]);
          taps.push(tf.sum(tf.mul(seen, upstream), 0)); // [C, M]
        }
      }
      return tf.reshape(tf.stack(taps), filterShape);
    });
  },
};

/** The values that one tap of the kernel met at every output position: [N, H', W', C] */
function seenByTap(padded: tf.Tensor4D, info: ConvInfo, row: number, column: number): tf.Tensor {
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const top = row * info.dilationHeight;
  const left = column * info.dilationWidth;
  const end = [
    batchSize,
    top + (outHeight - 1) * strideHeight + 1,
    left + (outWidth - 1) * strideWidth + 1,
    inChannels,
  ];
  return tf.stridedSlice(padded, [0, top, left, 0], end, [1, strideHeight, strideWidth, 1]);
}

/** dx: dy with zeros between its rows, convolved depthwise with the filter turned by 180°, one multiplier after the other. */
export const depthwiseBackpropInput: WasmKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
    return compose({ inputs, backend }, ({ dy, filter }) => {
      const weights = filter as tf.Tensor4D;
      const info = tf.backend_util.computeConv2DInfo(
        inputShape,
        weights.shape,
        strides,
        dilations,
        pad,
        dimRoundingMode,
        true,
      );
      const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = info;
      const multiplier = info.outChannels / inChannels;
      const upstream = tf.reshape(dy!, [batchSize * outHeight * outWidth, inChannels, multiplier]);
      const turned = tf.reverse(weights, [0, 1]);
      const parts = Array.from({ length: multiplier }, (_, m) => {
        const part = tf.slice(upstream, [0, 0, m], [-1, -1, 1]);
        const image = tf.reshape(part, [batchSize, outHeight, outWidth, inChannels]) as tf.Tensor4D;
        const taps = tf.slice(turned, [0, 0, 0, m], [filterHeight, filterWidth, inChannels, 1]);
        const spread = spreadImage(image, info.strideHeight, info.strideWidth);
        return fullCorrelation(spread, info, (padded) =>
          tf.depthwiseConv2d(padded, taps, 1, 'valid', 'NHWC', dilations as [number, number]),
        );
      });
      return tf.addN(parts);
    });
  },
};
