import * as tf from '@tensorflow/tfjs-core';

/** What of tfjs-node's backend is used here: an optional package's types cannot be imported. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
  /** What TensorFlow holds, or will hold at the first use, of a tensor's data. */
  readonly tensorMap: { get(dataId: tf.DataId): { readonly shape: number[] } };
  executeSingleOutput: Execute;
  executeMultipleOutputs: Execute;
}

/** Runs an op of TensorFlow's. */
type Execute = (name: string, attributes: unknown[], inputs: tf.Tensor[], ...outputs: number[]) => unknown;

/** The backend, once tfjs-node is imported. */
export function nodeBackend(): NodeBackend {
  return tf.findBackend('tensorflow') as NodeBackend;
}
