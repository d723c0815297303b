import * as tf from '@tensorflow/tfjs-core';
import type { KernelArgs, WasmKernel } from './kernel.js';

// An empty batch is a legal one. Of the stock kernels, Transpose divides by zero there, and GatherV2 gives a wrong shape.

/** A stock kernel that, given an empty tensor, returns an empty one of the shape that `shapeOf` tells. */
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
      return args.backend.makeOutput([...shapeOf(args)], dtype);
    },
  };
}

export function transposeOf(stock: WasmKernel): WasmKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => (attrs.perm as number[]).map((axis) => inputs.x!.shape[axis]!));
}

export function gatherOf(stock: WasmKernel): WasmKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, inputs.x!.shape);
    const { shape } = inputs.x!;
    return [...shape.slice(0, axis), ...inputs.indices!.shape.slice(attrs.batchDims), ...shape.slice(axis! + 1)];
  });
}
