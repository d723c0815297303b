import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';

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
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const out = backend.makeOutput(shape, 'float32');
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

function scatter(x: Float32Array, dy: Float32Array, dx: Float32Array, info: tf.backend_util.Conv2DInfo): void {
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
