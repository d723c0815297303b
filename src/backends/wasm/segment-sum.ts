import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';

/** Sums rows that carry the same segment number: the gradient of tf.gather, missing from the stock backend. */
export const unsortedSegmentSum: WasmKernel = {
  kernelName: tf.UnsortedSegmentSum,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
    const numSegments: number = attrs.numSegments;
    const out = backend.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
    const sums = backend.typedArrayFromHeap(out).fill(0);
    const values = backend.typedArrayFromHeap(x);
    const ids = backend.typedArrayFromHeap(segmentIds);
    const rowSize = tf.util.sizeFromShape(x.shape.slice(1));
    for (const [row, segment] of ids.entries()) {
      if (segment < 0 || segment >= numSegments) continue;
      for (let i = 0; i < rowSize; i++) sums[segment * rowSize + i]! += values[row * rowSize + i]!;
    }
    return out;
  },
};
