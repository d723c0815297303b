import type * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import { runInstead, runOneDnn } from './run-onednn.js';

/** FusedConv2D with the bias added by oneDNN's convolution, and not in a pass over its output. */
export function convWithBiasOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { bias, ...inputs } = args.inputs as { x: tf.Tensor; filter: tf.Tensor; bias?: tf.Tensor };
      if (bias?.rank !== 1 || typeof args.attrs.pad !== 'string') return stock(args);
      return runInstead(stock, { ...args, inputs }, (attributes, operands) => {
        const [y] = runOneDnn('Conv2DWithBias', attributes, [...operands, bias], 1);
        return y!;
      });
    },
  };
}
