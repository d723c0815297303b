import * as tf from '@tensorflow/tfjs-core';

/** What a kernel function of tfjs-node is given: tensors by name, attributes by name, and the backend, passed on as it came. */
export interface KernelArgs {
  readonly inputs: Record<string, tf.Tensor>;
  // biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own, untyped in tfjs
  readonly attrs: Record<string, any>;
  readonly backend: unknown;
}

/** A kernel of tfjs-node, or one of ours in its place. */
export interface TensorflowKernel {
  readonly kernelName: string;
  readonly kernelFunc: (args: KernelArgs) => tf.TensorInfo | tf.TensorInfo[];
}

// tfjs types every kernel's inputs and attributes alike, so ours are cast where they meet its registry.
export function registered(kernelName: string): TensorflowKernel {
  return tf.getKernel(kernelName, 'tensorflow') as unknown as TensorflowKernel;
}

export function register(kernel: TensorflowKernel): void {
  tf.registerKernel({ ...kernel, backendName: 'tensorflow' } as unknown as tf.KernelConfig);
}

export function replace(kernel: TensorflowKernel): void {
  tf.unregisterKernel(kernel.kernelName, 'tensorflow');
  register(kernel);
}
