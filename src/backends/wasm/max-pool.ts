import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';
import { offsetsOf, padImages, startsOf, withLists } from './windows.js';

/** The largest number of each window, or NaN: the stock kernel passes over NaN. */
export function maxPoolOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const { inputs, attrs, backend } = args;
      const x = inputs.x!;
      const simd = simdOf(backend);
      const shape = x.shape as [number, number, number, number];
      const info = tf.backend_util.computePool2DInfo(
        shape,
        attrs.filterSize,
        attrs.strides,
        1,
        attrs.pad,
        attrs.dimRoundingMode,
      );
      const count = info.batchSize * info.outHeight * info.outWidth;
      if (!simd || x.dtype !== 'float32' || count * info.inChannels === 0) return stock(args);
      const images = padImages(backend, simd, x, info, Number.NEGATIVE_INFINITY);
      const out = backend.makeOutput(info.outShape, 'float32');
      const taps = info.filterHeight * info.filterWidth;
      withLists(backend, startsOf(info), offsetsOf(info, 'taps'), (starts, offsets) => {
        const addresses = [addressOf(backend, images), addressOf(backend, out), starts, offsets];
        simd.run('maxPool', [...addresses, taps, info.inChannels], count, (count * info.inChannels * taps) / 2);
      });
      if (images !== x) backend.disposeData(images.dataId);
      return out;
    },
  };
}
