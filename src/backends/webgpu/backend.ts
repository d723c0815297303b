import type * as tf from '@tensorflow/tfjs-core';

/** What of tfjs' backend is used here: an optional package's types cannot be imported. */
export interface WebgpuBackend extends tf.KernelBackend {
  readonly device: GPUDevice;
  readonly tensorMap: {
    get(dataId: tf.DataId): { readonly shape: number[]; readonly values?: tf.BackendValues | null };
  };
  runWebGPUProgram(...args: unknown[]): tf.TensorInfo;
  /** Makes the buffer of a tensor that has none. */
  uploadToGPU(dataId: tf.DataId): void;
  /** What a shader is given of a tensor. */
  tensorToBinding(tensor?: tf.TensorInfo): GPUBindingResource | null;
}

/** The package. */
export interface TfjsWebgpu {
  readonly WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => WebgpuBackend;
}
