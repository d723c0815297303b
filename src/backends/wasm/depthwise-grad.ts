import * as tf from '@tensorflow/tfjs-core';
import { alongBoth, fullCorrelation } from './conv-grad.js';
import { type ConvInfo, compose, type KernelArgs, padBy, spreadImage, type WasmKernel } from './kernel.js';

// Gradients of a depthwise convolution, both missing from the stock backend. Filters lie as [KH, KW, C, M].

type Shape4D = [number, number, number, number];

function infoOf(inputShape: Shape4D, filterShape: Shape4D, attrs: KernelArgs['attrs']): ConvInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
}

/** [N, H', W', C · M] → [N · H' · W', C, M] */
function byMultiplier(dy: tf.Tensor, { batchSize, outHeight, outWidth, inChannels, outChannels }: ConvInfo): tf.Tensor {
  return tf.reshape(dy, [batchSize * outHeight * outWidth, inChannels, outChannels / inChannels]);
}

/** dW: for each tap of the kernel, the input as that tap saw it times dy, summed over batch and positions. */
export const depthwiseBackpropFilter: WasmKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  kernelFunc: ({ inputs, attrs, backend }) => {
    return compose({ inputs, backend }, ({ x, dy }) => {
      const images = x as tf.Tensor4D;
      const info = infoOf(images.shape, attrs.filterShape, attrs);
      const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = info;
      const padded = padBy(images, info);
      const upstream = byMultiplier(dy!, info);
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
      return tf.reshape(tf.stack(taps), attrs.filterShape);
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
    return compose({ inputs, backend }, ({ dy, filter }) => {
      const weights = filter as tf.Tensor4D;
      const info = infoOf(attrs.inputShape, weights.shape, attrs);
      const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = info;
      const upstream = byMultiplier(dy!, info);
      const turned = tf.reverse(weights, [0, 1]);
      const parts = Array.from({ length: upstream.shape[2]! }, (_, m) => {
        const part = tf.slice(upstream, [0, 0, m], [-1, -1, 1]);
        const image = tf.reshape(part, [batchSize, outHeight, outWidth, inChannels]) as tf.Tensor4D;
        const taps = tf.slice(turned, [0, 0, 0, m], [filterHeight, filterWidth, inChannels, 1]);
        const spread = spreadImage(image, info.strideHeight, info.strideWidth);
        return fullCorrelation(spread, ...alongBoth(info), (padded) =>
          tf.depthwiseConv2d(padded, taps, 1, 'valid', 'NHWC', attrs.dilations as [number, number]),
        );
      });
      return tf.addN(parts);
    });
  },
};
