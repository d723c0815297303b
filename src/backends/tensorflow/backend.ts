import * as tf from '@tensorflow/tfjs-core';

/** What of tfjs-node's backend is used here: an optional package's types cannot be imported. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
  };
  readonly isUsingGpuDevice: boolean;
  /** What TensorFlow holds, or will hold at the first use, of a tensor's data. */
  readonly tensorMap: { get(dataId: tf.DataId): { readonly shape: number[] } };
  executeSingleOutput: Execute<tf.Tensor>;
  executeMultipleOutputs: Execute<tf.Tensor[]>;
}

/** Runs an op of TensorFlow's. */
export type Execute<Result> = (
  name: string,
  attributes: readonly Attribute[],
  inputs: tf.Tensor[],
  ...outputs: number[]
) => Result;

/** An attribute of an op; its type is one of the binding's TF_ATTR_… */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The backend, once tfjs-node is imported. */
export function nodeBackend(): NodeBackend {
  return tf.findBackend('tensorflow') as NodeBackend;
}

/** The attribute that most ops have: they compute on float32. */
export function floatType({ binding }: NodeBackend): Attribute {
  return { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}
