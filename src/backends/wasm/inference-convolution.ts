import * as tf from '@tensorflow/tfjs-core';
import { INFERENCE_CONV2D } from '../../core/index.js';
import { type Range, rangeOf } from './activations.js';
import { convolve, convolveDepthwise } from './convolution.js';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { multiply, packedFactorOf } from './products.js';
import { addressOf, type Simd, simdOf } from './simd.js';
import { offsetsOf, padImages, startsOf } from './windows.js';

/** A convolution of any groups whose filter may have a scale, and is put in order once. */
export const inferenceConvolution: WasmKernel = {
  kernelName: INFERENCE_CONV2D,
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args;
    const { groups, strides, pad } = attrs;
    const [height, width, groupChannels, outputs] = inputs.filter!.shape as [number, number, number, number];
    const isDepthwise = groupChannels === 1 && outputs === groups;
    const info = tf.backend_util.computeConv2DInfo(
      inputs.x!.shape as [number, number, number, number],
      [height, width, groups * groupChannels, isDepthwise ? 1 : outputs],
      strides,
      1,
      pad,
      undefined,
      isDepthwise,
    );
    const range = rangeOf({ inputs: {}, attrs })!;
    const simd = simdOf(backend)!;
    if (groups === 1) return convolve(args, info, range, simd);
    return (isDepthwise ? convolveDepthwise : convolveGroups)(args, info, range, simd);
  },
};

/** For each group a matrix product, in which the group's numbers of a pixel are a run, and all groups together in one. */
function convolveGroups(
  { inputs, attrs, backend }: KernelArgs,
  info: ConvInfo,
  range: Range,
  simd: Simd,
): tf.TensorInfo {
  const { x, filter, scale, bias } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo } & typeof inputs;
  const groupChannels = filter.shape[2]!;
  const inner = info.filterHeight * info.filterWidth * groupChannels;
  const columns = info.outChannels / attrs.groups;
  const factor = packedFactorOf(backend, simd, { matrix: filter, scale }, { matrices: attrs.groups, inner, columns });
  const images = padImages(backend, simd, x, info, 0);
  const out = backend.makeOutput(info.outShape, 'float32');
  multiply(backend, simd, {
    matrices: attrs.groups,
    images: addressOf(backend, images),
    imagesStride: 4 * groupChannels,
    factor,
    out: addressOf(backend, out),
    outStride: 4 * columns,
    outRow: 4 * info.outChannels,
    columns,
    starts: startsOf(info),
    offsets: offsetsOf(info, 'taps'),
    length: groupChannels,
    inner,
    bias,
    biasStride: 4 * columns,
    range,
  });
  if (images !== x) backend.disposeData(images.dataId);
  return out;
}
