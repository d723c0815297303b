import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import { type Attribute, nodeBackend } from './backend.js';
import { runInstead, runOneDnn } from './run-onednn.js';

// The gradients of TensorFlow's own max pools took a fourth of a step of AlexNet's; oneDNN's are fifty times as fast, with the same
// choice among equals.

/** MaxPool by oneDNN. */
export function maxPoolOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      if (!suits(args.inputs.x!)) return stock(args);
      return runInstead(stock, args, (attributes, [x]) => {
        const [y, workspace] = pool(attributes, x!);
        workspace.dispose();
        return y;
      });
    },
  };
}

/** MaxPoolGrad by oneDNN. */
export function maxPoolGradOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      if (!suits(args.inputs.input!)) return stock(args);
      return runInstead(stock, args, (attributes, [x, , dy]) => {
        // Pooled once more, for where each maximum lay: that is cheap, and nothing has to be kept from the first time.
        const [y, workspace] = pool(attributes, x!);
        const [dx] = runOneDnn('MaxPoolGrad', withWorkspace(attributes), [x!, y, dy!, workspace], 1);
        tf.dispose([y, workspace]);
        return dx!;
      });
    },
  };
}

function suits({ size, dtype }: tf.Tensor): boolean {
  return size > 0 && dtype === 'float32';
}

/** The largest of each window, and where it lay, in a form of oneDNN's. */
function pool(attributes: readonly Attribute[], x: tf.Tensor): [y: tf.Tensor, workspace: tf.Tensor] {
  return runOneDnn('MaxPool', withWorkspace(attributes), [x], 2) as [tf.Tensor, tf.Tensor];
}

function withWorkspace(attributes: readonly Attribute[]): Attribute[] {
  return [...attributes, { name: 'workspace_enabled', type: nodeBackend().binding.TF_ATTR_BOOL, value: true }];
}
