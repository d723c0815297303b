import * as tf from '@tensorflow/tfjs-core';
import type { KernelArgs, TensorflowKernel } from './kernel.js';

// An empty batch is a legal one. Of a convolution of one TensorFlow makes a tensor of its input's shape, and of the gradient of the
// filter whatever lay in memory, which is which depending on the processor.

/** A stock kernel that is not asked where an input is empty: there the result is zeros of the shape that `shapeOf` tells. */
function takingEmpty(
  { kernelName, kernelFunc: stock }: TensorflowKernel,
  shapeOf: (args: KernelArgs) => number[],
): TensorflowKernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const isEmpty = Object.values(args.inputs).some((input) => input?.size === 0);
      return isEmpty ? tf.zeros(shapeOf(args)) : stock(args);
    },
  };
}

/** A convolution, fused with what follows it or not. */
export function convolutionOf(stock: TensorflowKernel, { isDepthwise = false } = {}): TensorflowKernel {
  return takingEmpty(stock, ({ inputs, attrs }) => {
    const { strides, pad, dilations, dimRoundingMode } = attrs;
    const { x, filter } = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const steps = dilations ?? 1;
    return tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, steps, pad, dimRoundingMode, isDepthwise)
      .outShape;
  });
}

/** The gradient of a filter. */
export function filterGradientOf(stock: TensorflowKernel): TensorflowKernel {
  return takingEmpty(stock, ({ attrs }) => attrs.filterShape);
}
