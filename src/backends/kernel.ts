import * as tf from '@tensorflow/tfjs-core';

/** What a kernel function of tfjs' is given: tensors by name, attributes by name, and the backend, passed on as it came. */
export interface KernelArgs {
  readonly inputs: Record<string, tf.Tensor>;
  // biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own, untyped in tfjs
  readonly attrs: Record<string, any>;
  readonly backend: unknown;
}

/** A kernel of a backend's, or one of ours in its place. */
export interface Kernel {
  readonly kernelName: string;
  readonly kernelFunc: (args: KernelArgs) => tf.TensorInfo | tf.TensorInfo[];
}

/** The kernels of a backend. */
export function kernelsOf(backendName: string) {
  // tfjs types every kernel's inputs and attributes alike, so ours are cast where they meet its registry.
  const register = (kernel: Kernel) => tf.registerKernel({ ...kernel, backendName } as unknown as tf.KernelConfig);
  return {
    registered: (kernelName: string) => tf.getKernel(kernelName, backendName) as unknown as Kernel,
    register,
    replace(kernel: Kernel): void {
      tf.unregisterKernel(kernel.kernelName, backendName);
      register(kernel);
    },
  };
}
