import * as tf from '@tensorflow/tfjs-core';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { factorOf, multiply } from './products.js';
import { addressOf, type Simd, simdOf } from './simd.js';
import { offsetsOf, padImages, startsOf } from './windows.js';
import { isForWinograd } from './winograd.js';
import { filterGradByWinograd } from './winograd-grad.js';

/** Outputs whose products are summed by themselves. */
const SUMMED = 256;

/** Rows of the gradient for a thread at once: few, for few channels make few rows. */
const ROWS = 16;

/** The gradient of a convolution's filter by our own loops where those have been started; what they are not for as given. */
export function filterGradOf({ kernelName, kernelFunc: composed }: WasmKernel): WasmKernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { x, dy } = args.inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const { strides, pad, dimRoundingMode, filterShape } = args.attrs;
      const simd = simdOf(args.backend);
      const shape = x.shape as [number, number, number, number];
      const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
      const isEmpty = [...shape, ...dy.shape, ...filterShape].includes(0);
      if (!simd || isEmpty || x.dtype !== 'float32' || dy.dtype !== 'float32') return composed(args);
      return isForWinograd(info) ? filterGradByWinograd(args, info, simd) : multiplyWindows(args, info, simd);
    },
  };
}

/**
 * The matrix product of a convolution turned round: a row for each tap and channel, with what it met of the image at all outputs, times dy
 * [N · H' · W', K]. Rows begin where a window's numbers lie, and their numbers are where windows begin.
 */
function multiplyWindows({ inputs, backend }: KernelArgs, info: ConvInfo, simd: Simd): tf.TensorInfo {
  const { inChannels, outChannels, outWidth, filterHeight, filterWidth, strideWidth } = info;
  const images = padImages(backend, simd, inputs.x!, info, 0);
  const windows = startsOf(info);
  const taps = offsetsOf(info, 'taps');
  const starts = Int32Array.from(
    { length: taps.length * inChannels },
    (_, row) => taps[Math.floor(row / inChannels)]! + 4 * (row % inChannels),
  );
  const shape = { rows: starts.length, inner: windows.length, columns: outChannels };
  const factor = factorOf(backend, simd, inputs.dy!, shape);
  const out = backend.makeOutput([filterHeight, filterWidth, inChannels, outChannels], 'float32');
  multiply(backend, simd, {
    images: addressOf(backend, images),
    factor,
    out: addressOf(backend, out),
    columns: outChannels,
    starts,
    offsets: windows.filter((_, i) => i % outWidth === 0),
    length: outWidth,
    step: 4 * strideWidth * inChannels,
    inner: windows.length,
    rowsAtOnce: ROWS,
    runsAtOnce: Math.ceil(SUMMED / outWidth),
    isSplit: true,
  });
  if (images !== inputs.x) backend.disposeData(images.dataId);
  return out;
}
