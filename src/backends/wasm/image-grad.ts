import * as tf from '@tensorflow/tfjs-core';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { factorOf, multiply } from './products.js';
import { addressOf, type Simd, simdOf } from './simd.js';
import { convolveByWinograd, isForWinograd } from './winograd.js';

/** Numbers in what windows hand back that are computed at once, which are to stay in the cache. */
const HANDED_BACK = 2 ** 20;

/** The gradient of a convolution's image by our own loops where those have been started; what they are not for as given. */
export function imageGradOf({ kernelName, kernelFunc: composed }: WasmKernel): WasmKernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { dy, filter } = args.inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
      const { strides, pad, dimRoundingMode, inputShape } = args.attrs;
      const simd = simdOf(args.backend);
      const shape = filter.shape as [number, number, number, number];
      const info = tf.backend_util.computeConv2DInfo(inputShape, shape, strides, 1, pad, dimRoundingMode);
      const isEmpty = [...info.inShape, ...dy.shape, ...shape].includes(0);
      if (!simd || isEmpty || dy.dtype !== 'float32' || filter.dtype !== 'float32') return composed(args);
      const turned = turnedInfo(info);
      if (turned && isForWinograd(turned)) return convolveTurned(args, turned, simd);
      return handBack(args, info, simd);
    },
  };
}

/** The convolution of dy with the filter turned by 180° that gives dx; undefined where the stride or the padding is too large. */
function turnedInfo(info: ConvInfo): ConvInfo | undefined {
  const { filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, inChannels, outChannels, padInfo } = info;
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return undefined;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  const bottom = inHeight + filterHeight - 1 - outHeight - top;
  const right = inWidth + filterWidth - 1 - outWidth - left;
  if ([top, left, bottom, right].some((size) => size < 0)) return undefined;
  return tf.backend_util.computeConv2DInfo(info.outShape, [filterHeight, filterWidth, outChannels, inChannels], 1, 1, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

function convolveTurned({ inputs, attrs, backend }: KernelArgs, info: ConvInfo, simd: Simd): tf.TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const turned = backend.makeOutput([filterHeight, filterWidth, inChannels, outChannels], 'float32');
  const taps = filterHeight * filterWidth;
  simd.run(
    'turnFilter',
    [addressOf(backend, inputs.filter!), addressOf(backend, turned), taps, outChannels, inChannels],
    taps,
    2 * taps * inChannels * outChannels,
  );
  const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  const dx = convolveByWinograd({ inputs: { x: inputs.dy, filter: turned }, attrs, backend }, info, all, simd);
  backend.disposeData(turned.dataId);
  return dx;
}

/**
 * Each output hands back to the window of the image that it was made of dy · Wᵀ, a row of a matrix product; where windows overlap that is
 * added up.
 */
function handBack({ inputs, backend }: KernelArgs, info: ConvInfo, simd: Simd): tf.TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const columns = filterHeight * filterWidth * inChannels;
  const transposed = backend.makeOutput([outChannels, columns], 'float32');
  const addresses = [filter, transposed].map((tensor) => addressOf(backend, tensor));
  simd.run('transpose', [...addresses, outChannels, columns], columns, 2 * columns * outChannels);

  const positions = outHeight * outWidth;
  const atOnce = Math.min(batchSize, Math.max(1, Math.floor(HANDED_BACK / (positions * columns))));
  const factor = factorOf(backend, simd, transposed, { rows: atOnce * positions, inner: outChannels, columns });
  const windows = backend.makeOutput([atOnce * positions, columns], 'float32');
  const dx = backend.makeOutput(info.inShape, 'float32');
  const { inHeight, inWidth, strideHeight, strideWidth, padInfo } = info;
  for (let first = 0; first < batchSize; first += atOnce) {
    const count = Math.min(atOnce, batchSize - first);
    multiply(backend, simd, {
      images: addressOf(backend, dy) + 4 * first * positions * outChannels,
      factor,
      out: addressOf(backend, windows),
      columns,
      starts: Int32Array.from({ length: count * positions }, (_, row) => 4 * outChannels * row),
      offsets: Int32Array.of(0),
      length: outChannels,
      inner: outChannels,
    });
    simd.run(
      'addWindows',
      [
        ...[addressOf(backend, windows), addressOf(backend, dx) + 4 * first * inHeight * inWidth * inChannels],
        ...[inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth],
        ...[strideHeight, strideWidth, padInfo.top, padInfo.left],
      ],
      count,
      2 * count * positions * columns,
    );
  }
  for (const { dataId } of [transposed, windows]) backend.disposeData(dataId);
  return dx;
}
