import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelArgs } from './kernel.js';

// An empty batch is a legal one. Of a convolution of one TensorFlow makes a tensor of its input's shape, and of the gradient of the
// filter whatever lay in memory, which is which depending on the processor; on webgpu convolutions and sums are refused.

/** A stock kernel that is not asked where an input is empty: there the result is zeros of the shape that `shapeOf` tells. */
function takingEmpty({ kernelName, kernelFunc: stock }: Kernel, shapeOf: (args: KernelArgs) => number[]): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const isEmpty = Object.values(args.inputs).some((input) => input?.size === 0);
      return isEmpty ? tf.zeros(shapeOf(args)) : stock(args);
    },
  };
}

/** A convolution, fused with what follows it or not. */
export function convolutionOf(stock: Kernel, { isDepthwise = false } = {}): Kernel {
  return takingEmpty(stock, ({ inputs, attrs }) => {
    const { strides, pad, dilations, dimRoundingMode } = attrs;
    const { x, filter } = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const steps = dilations ?? 1;
    return tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, steps, pad, dimRoundingMode, isDepthwise)
      .outShape;
  });
}

/** The gradient of a filter. */
export function filterGradientOf(stock: Kernel): Kernel {
  return takingEmpty(stock, ({ attrs }) => attrs.filterShape);
}

/** A sum, a mean or the like, which of nothing is `value`. */
export function reductionTo(value: number, { kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { shape, dtype } = args.inputs.x!;
      if (tf.util.sizeFromShape(shape) > 0) return stock(args);
      const axes = tf.util.parseAxisParam(args.attrs.axis, shape);
      const [kept] = tf.backend_util.computeOutAndReduceShapes(shape, axes);
      const out = args.attrs.keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
      return tf.fill(out, value, dtype === 'bool' ? 'int32' : dtype);
    },
  };
}
