import * as tf from '@tensorflow/tfjs-core';
import { type Range, rangeOf } from './activations.js';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { factorOf, multiply, packedFactorOf } from './products.js';
import { scaledCompanionOf } from './scaled.js';
import { addressOf, type Simd, simdOf } from './simd.js';
import { offsetsOf, padImages, startsOf, withLists } from './windows.js';
import { convolveByWinograd, isForWinograd } from './winograd.js';

/** Convolutions by our own loops where those have been started; what they are not for by the stock kernel. */
export function convolutionOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  const isDepthwise = kernelName === tf.DepthwiseConv2dNative || kernelName === tf.FusedDepthwiseConv2D;
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const simd = simdOf(args.backend);
      const range = rangeOf(args);
      const info = suitable(args, isDepthwise);
      if (!simd || !range || !info) return stock(args);
      return (isDepthwise ? convolveDepthwise : convolve)(args, info, range, simd);
    },
  };
}

/** The geometry of a convolution that our loops can do; undefined of any other, some for the stock kernel to refuse. */
function suitable({ inputs, attrs }: KernelArgs, isDepthwise: boolean): ConvInfo | undefined {
  const { x, filter, bias } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo };
  const { strides, pad, dilations, dimRoundingMode, dataFormat = 'NHWC' } = attrs;
  const [, , channels, outputs] = filter.shape as [number, number, number, number];
  if (x.dtype !== 'float32' || filter.dtype !== 'float32' || dataFormat !== 'NHWC') return undefined;
  if (x.shape.at(-1) !== channels || (isDepthwise && outputs !== 1)) return undefined;
  if (bias && !tf.util.arraysEqual(bias.shape, [isDepthwise ? channels : outputs])) return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
  return [...info.inShape, ...info.outShape, ...filter.shape].every((size) => size > 0) ? info : undefined;
}

/** One of all channels, the quicker way. */
export function convolve(args: KernelArgs, info: ConvInfo, range: Range, simd: Simd): tf.TensorInfo {
  return (isForWinograd(info) ? convolveByWinograd : multiplyWindows)(args, info, range, simd);
}

/**
 * A convolution is a matrix product: what a filter meets of the image at each place is a row, and it need not be copied there, for in each
 * of the filter's lines, or in each tap of a dilated one, it is a run of numbers of the image.
 */
function multiplyWindows({ inputs, backend }: KernelArgs, info: ConvInfo, range: Range, simd: Simd): tf.TensorInfo {
  const { filterHeight, filterWidth, dilationWidth, inChannels, outChannels } = info;
  const inner = filterHeight * filterWidth * inChannels;
  const starts = startsOf(info);
  const { filter, scale } = inputs as { filter: tf.TensorInfo } & typeof inputs;
  const sizes = { inner, columns: outChannels };
  const factor = scale
    ? packedFactorOf(backend, simd, { matrix: filter, scale }, { ...sizes, matrices: 1 })
    : factorOf(backend, simd, filter, { ...sizes, rows: starts.length });
  const images = padImages(backend, simd, inputs.x!, info, 0);
  const offsets = offsetsOf(info, dilationWidth === 1 ? 'lines' : 'taps');
  const out = backend.makeOutput(info.outShape, 'float32');
  multiply(backend, simd, {
    images: addressOf(backend, images),
    factor,
    out: addressOf(backend, out),
    columns: outChannels,
    starts,
    offsets,
    length: inner / offsets.length,
    inner,
    bias: inputs.bias,
    range,
  });
  if (images !== inputs.x) backend.disposeData(images.dataId);
  return out;
}

/** One filter for each channel: [KH, KW, C, 1] or [KH, KW, 1, C]. */
export function convolveDepthwise(
  { inputs, backend }: KernelArgs,
  info: ConvInfo,
  range: Range,
  simd: Simd,
): tf.TensorInfo {
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels } = info;
  const { x, filter: given, scale, bias } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo } & typeof inputs;
  const filter = scale ? scaledCompanionOf(backend, { matrix: given, scale }, 'itself', (scaled) => scaled) : given;
  const images = padImages(backend, simd, x, info, 0);
  const out = backend.makeOutput(info.outShape, 'float32');
  const shift = bias ?? backend.makeOutput([inChannels], 'float32');
  if (!bias) backend.typedArrayFromHeap(shift).fill(0);
  const [taps, count] = [filterHeight * filterWidth, batchSize * outHeight * outWidth];
  withLists(backend, startsOf(info), offsetsOf(info, 'taps'), (starts, offsets) => {
    const addresses = [images, filter, shift, out].map((tensor) => addressOf(backend, tensor));
    const args = [...addresses, starts, offsets, taps, inChannels, ...range];
    simd.run('convolveDepthwise', args, count, (count * inChannels * taps) / 2);
  });
  if (images !== x) backend.disposeData(images.dataId);
  if (!bias) backend.disposeData(shift.dataId);
  return out;
}
