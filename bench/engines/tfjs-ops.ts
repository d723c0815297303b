import * as tf from '@tensorflow/tfjs-core';
import { toTensors } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import type { Layer } from '../network.js';
import type { StartEngine } from './engine.js';
import { tfjsProgram } from './tfjs-program.js';
import { startBackend } from './tfjs-zoo.js';

type Weights = Readonly<Record<string, tf.Tensor>>;

/** What a tfjs user would write: one fused op for product, bias and ReLU, and weights that lie as tfjs wants them. */
function apply(layer: Layer, x: tf.Tensor, weights: Weights): tf.Tensor {
  const weight = weights[`${layer.module}.weight`]!;
  const bias = weights[`${layer.module}.bias`]!;
  switch (layer.op) {
    case 'conv': {
      const { stride: strides, padding: pad } = layer;
      const filter = weight as tf.Tensor4D;
      return tf.fused.conv2d({ x: x as tf.Tensor4D, filter, bias, strides, pad, activation: 'relu' });
    }
    case 'maxPool':
      return tf.maxPool(x as tf.Tensor4D, layer.kernel, layer.stride, 'valid');
    case 'flatten': // in PyTorch's order, for which the weights behind it are made
      return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0]!, -1]);
    case 'linear':
      return tf.fused.matMul({ a: x, b: weight, bias, ...(layer.relu && { activation: 'relu' }) });
  }
}

/** The same ops written by hand. */
export const start: StartEngine = async ({ backend, threads, checkpoint }) => {
  await startBackend(backend, threads);
  const { stateDict } = await readCheckpoint(checkpoint);
  const weights = toTensors(stateDict);
  return {
    async compile(layers, x) {
      const forward = (input: tf.Tensor) =>
        tf.tidy(() => layers.reduce((activation, layer) => apply(layer, activation, weights), input));
      return tfjsProgram(forward, x);
    },
  };
};
