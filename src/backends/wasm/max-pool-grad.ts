import * as tf from '@tensorflow/tfjs-core';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

/**
 * Gradient of max pooling: each window hands its upstream gradient to the first of its largest values.
 *
 * The stock kernel starts its maximum at the smallest positive float, so a window without a positive value (every dead window
 * behind a ReLU) hands its gradient to the first element of the whole tensor.
 */
export const maxPoolGrad: WasmKernel = {
  kernelName: tf.MaxPoolGrad,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
    const info = infoOf(input, attrs);
    const out = backend.makeOutput(input.shape, 'float32');
    // Views are taken after the allocation, which may move the heap.
    const grad = backend.typedArrayFromHeap(out).fill(0) as Float32Array;
    scatter(
      backend.typedArrayFromHeap(input) as Float32Array,
      backend.typedArrayFromHeap(dy) as Float32Array,
      grad,
      info,
    );
    return out;
  },
};

/** The same by our own loop where that has been started; without it as given. */
export function maxPoolGradOf({ kernelName, kernelFunc: plain }: WasmKernel): WasmKernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { inputs, attrs, backend } = args;
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const simd = simdOf(backend);
      const info = infoOf(input, attrs);
      if (!simd || input.dtype !== 'float32' || dy.dtype !== 'float32') return plain(args);
      const out = backend.makeOutput(info.inShape, 'float32');
      simd.run(
        'maxPoolGrad',
        [
          ...[input, dy, out].map((tensor) => addressOf(backend, tensor)),
          ...[info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
          ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
          ...[info.padInfo.top, info.padInfo.left],
        ],
        info.batchSize,
        tf.util.sizeFromShape(info.outShape) * info.filterHeight * info.filterWidth,
      );
      return out;
    },
  };
}

function infoOf(
  { shape }: tf.TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: KernelArgs['attrs'],
): ConvInfo {
  const size = shape as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(size, filterSize, strides, 1, pad, dimRoundingMode);
}

function scatter(x: Float32Array, dy: Float32Array, dx: Float32Array, info: ConvInfo): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  let position = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = Math.max(0, outRow * strideHeight - padInfo.top);
      const bottom = Math.min(inHeight, outRow * strideHeight - padInfo.top + info.filterHeight);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = Math.max(0, outColumn * strideWidth - padInfo.left);
        const right = Math.min(inWidth, outColumn * strideWidth - padInfo.left + info.filterWidth);
        for (let c = 0; c < inChannels; c++) {
          let best = -1;
          for (let row = top; row < bottom; row++) {
            for (let column = left; column < right; column++) {
              const index = ((n * inHeight + row) * inWidth + column) * inChannels + c;
              if (best < 0 || x[index]! > x[best]!) best = index;
            }
          }
          dx[best]! += dy[position++]!;
        }
      }
    }
  }
}
