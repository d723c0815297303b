import * as tf from '@tensorflow/tfjs-core';
import type { Execute, NodeBackend } from './backend.js';

/**
 * Lets ops take tensors that were reshaped on another backend.
 *
 * Elsewhere a reshaped tensor shares the data of what it was made of. When those move here, they keep the shape that they had in
 * the beginning, and TensorFlow, where data have a shape, computes with that.
 */
export function acceptViews(backend: NodeBackend): void {
  // An integer that is no tensor has no data of its own.
  const isView = ({ dataId, shape }: tf.Tensor) =>
    dataId && !tf.util.arraysEqual(backend.tensorMap.get(dataId).shape, shape);
  const accepting =
    <Result>(stock: Execute<Result>): Execute<Result> =>
    (name, attributes, inputs, ...outputs) => {
      if (name === tf.Reshape || !inputs.some(isView)) return stock(name, attributes, inputs, ...outputs);
      const own = inputs.map((input) => (isView(input) ? tf.reshape(input, input.shape) : input));
      const result = stock(name, attributes, own, ...outputs);
      tf.dispose(own.filter((input) => !inputs.includes(input)));
      return result;
    };
  backend.executeSingleOutput = accepting(backend.executeSingleOutput.bind(backend));
  backend.executeMultipleOutputs = accepting(backend.executeMultipleOutputs.bind(backend));
}
