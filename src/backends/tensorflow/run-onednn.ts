import type * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelArgs } from '../kernel.js';
import { type Attribute, type NodeBackend, nodeBackend } from './backend.js';

/**
 * Runs a kernel of oneDNN's.
 *
 * TensorFlow for x86 contains oneDNN, which computes whole vectors where TensorFlow's own loops go from number to number. Some of
 * its kernels TensorFlow takes in graphs only, never for a single op, as every op is here. They can be had all the same, by the
 * name and the label that a graph gives them.
 * @param attributes those of TensorFlow's own kernel, and perhaps others
 */
export function runOneDnn(
  name: string,
  attributes: readonly Attribute[],
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = nodeBackend();
  const label = { name: '_kernel', type: backend.binding.TF_ATTR_STRING, value: 'MklNameChangeOp' };
  return backend.executeMultipleOutputs(`_MklNative${name}`, [...attributes, label], inputs, outputs);
}

/** Has a stock kernel run `op`, with the attributes and inputs of the one that it would have run. */
export function runInstead(
  stock: Kernel['kernelFunc'],
  args: KernelArgs,
  op: (attributes: readonly Attribute[], inputs: tf.Tensor[]) => tf.Tensor,
): tf.TensorInfo | tf.TensorInfo[] {
  const backend: NodeBackend = Object.create(nodeBackend());
  backend.executeSingleOutput = (_, attributes, inputs) => op(attributes, inputs);
  return stock({ ...args, backend });
}
