import * as tf from '@tensorflow/tfjs-core';
import type { KernelArgs, WasmKernel } from './kernel.js';

// An empty batch is a legal one. Of the stock kernels, Transpose divides by zero there, Sum returns memory that nobody wrote,
// and GatherV2 gives a wrong shape.

/** A stock kernel that, given an empty tensor, returns zeros (if any) of the shape that `shapeOf` tells. */
function takingEmpty(
  { kernelName, kernelFunc: stock, setupFunc }: WasmKernel,
  shapeOf: (args: KernelArgs) => readonly number[],
): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const { shape, dtype } = args.inputs.x!;
      if (tf.util.sizeFromShape(shape) > 0) return stock(args);
      const out = args.backend.makeOutput([...shapeOf(args)], dtype);
      args.backend.typedArrayFromHeap(out).fill(0);
      return out;
    },
  };
}

export function transposeOf(stock: WasmKernel): WasmKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => (attrs.perm as number[]).map((axis) => inputs.x!.shape[axis]!));
}

export function sumOf(stock: WasmKernel): WasmKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => {
    const { shape } = inputs.x!;
    const axes = tf.util.parseAxisParam(attrs.axis, shape);
    const [kept] = tf.backend_util.computeOutAndReduceShapes(shape, axes);
    return attrs.keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  });
}

export function gatherOf(stock: WasmKernel): WasmKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, inputs.x!.shape);
    const { shape } = inputs.x!;
    return [...shape.slice(0, axis), ...inputs.indices!.shape.slice(attrs.batchDims), ...shape.slice(axis! + 1)];
  });
}
