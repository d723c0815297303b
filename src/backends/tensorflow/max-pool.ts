import * as tf from '@tensorflow/tfjs-core';
import { type Attribute, nodeBackend } from './backend.js';
import type { TensorflowKernel } from './kernel.js';

// TensorFlow's own max pool goes from number to number: its gradient took a fourth of a step of AlexNet's. The oneDNN inside TensorFlow
// pools vectors, by the same rules, and is fifty times as fast. TensorFlow takes it in graphs only, so here it is asked for by the
// names and the label that a graph would have.

/** MaxPool by oneDNN, where its input suits that. */
export function maxPoolOf(stock: TensorflowKernel): TensorflowKernel {
  return instead(stock, 'x', (attributes, [x]) => {
    const [y, workspace] = pool(attributes, x!);
    workspace.dispose();
    return y;
  });
}

/** MaxPoolGrad by oneDNN, where its input suits that. */
export function maxPoolGradOf(stock: TensorflowKernel): TensorflowKernel {
  return instead(stock, 'input', (attributes, [x, , dy]) => {
    // Pooled once more, for where each maximum lay: that is cheaper than to keep it from the first time.
    const [y, workspace] = pool(attributes, x!);
    const dx = nodeBackend().executeSingleOutput('_MklNativeMaxPoolGrad', labelled(attributes), [
      x!,
      y,
      dy!,
      workspace,
    ]);
    tf.dispose([y, workspace]);
    return dx;
  });
}

/** Whether this TensorFlow has oneDNN's pools, and computes where they can: not on a GPU. */
export function hasFastMaxPool(): boolean {
  const backend = nodeBackend();
  if (backend.isUsingGpuDevice) return false;
  const { TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const attributes = [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'ksize', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'strides', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
  ];
  try {
    tf.tidy(() => {
      const x = tf.zeros([1, 2, 2, 1]);
      const [y, workspace] = pool(attributes, x);
      backend.executeSingleOutput('_MklNativeMaxPoolGrad', labelled(attributes), [x, y, y, workspace]);
    });
    return true;
  } catch {
    return false;
  }
}

/** The largest of each window, and where it lay, in a form of oneDNN's. */
function pool(attributes: readonly Attribute[], x: tf.Tensor): [y: tf.Tensor, workspace: tf.Tensor] {
  const outputs = nodeBackend().executeMultipleOutputs('_MklNativeMaxPool', labelled(attributes), [x], 2);
  return outputs as [tf.Tensor, tf.Tensor];
}

function labelled(attributes: readonly Attribute[]): Attribute[] {
  const { TF_ATTR_BOOL, TF_ATTR_STRING } = nodeBackend().binding;
  return [
    ...attributes,
    { name: '_kernel', type: TF_ATTR_STRING, value: 'MklNameChangeOp' },
    { name: 'workspace_enabled', type: TF_ATTR_BOOL, value: true },
  ];
}

/** A stock kernel that runs `op` with the attributes and inputs of its own op, if there are floats in its `input`. */
function instead(
  { kernelName, kernelFunc: stock }: TensorflowKernel,
  input: string,
  op: (attributes: readonly Attribute[], inputs: tf.Tensor[]) => tf.Tensor,
): TensorflowKernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { size, dtype } = args.inputs[input]!;
      if (size === 0 || dtype !== 'float32') return stock(args);
      const executeSingleOutput = (_: string, attributes: readonly Attribute[], inputs: tf.Tensor[]) =>
        op(attributes, inputs);
      return stock({ ...args, backend: { binding: nodeBackend().binding, executeSingleOutput } });
    },
  };
}
