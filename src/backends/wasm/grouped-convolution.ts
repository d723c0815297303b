import * as tf from '@tensorflow/tfjs-core';
import { GROUPED_CONV2D } from '../../core/index.js';
import { rangeOf } from './activations.js';
import type { WasmKernel } from './kernel.js';
import { multiply, packedFactorOf } from './products.js';
import { addressOf, simdOf } from './simd.js';
import { offsetsOf, padImages, startsOf } from './windows.js';

/** For each group a matrix product, in which the group's numbers of a pixel are a run, and all groups together in one. */
export const groupedConvolution: WasmKernel = {
  kernelName: GROUPED_CONV2D,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, filter, bias } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo };
    const { groups, strides, pad } = attrs;
    const [height, width, groupChannels, outputs] = filter.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      [height, width, groups * groupChannels, outputs],
      strides,
      1,
      pad,
    );
    const simd = simdOf(backend)!;
    const [inner, columns] = [height * width * groupChannels, outputs / groups];
    const factor = packedFactorOf(backend, simd, filter, { matrices: groups, inner, columns });
    const images = padImages(backend, x, info, 0);
    const out = backend.makeOutput(info.outShape, 'float32');
    multiply(backend, simd, {
      matrices: groups,
      images: addressOf(backend, images),
      imagesStride: 4 * groupChannels,
      factor,
      out: addressOf(backend, out),
      outStride: 4 * columns,
      outRow: 4 * outputs,
      columns,
      starts: startsOf(info),
      offsets: offsetsOf(info, 'taps'),
      length: groupChannels,
      inner,
      bias,
      biasStride: 4 * columns,
      range: rangeOf({ inputs: {}, attrs })!,
    });
    if (images !== x) backend.disposeData(images.dataId);
    return out;
  },
};
