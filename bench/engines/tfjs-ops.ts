import * as tf from '@tensorflow/tfjs-core';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { toTensors } from 'tfjs-zoo/nn';
import type { Conv, Layer } from '../network.js';
import { alexnetEngine, type StartEngine } from './engine.js';
import { tfjsProgram } from './tfjs-program.js';

type Weights = Readonly<Record<string, tf.Tensor>>;

/** On libtensorflow, which takes no numbers for padding, zeros come first; 'same' means these numbers where the stride is 1. */
function convolve(layer: Conv, x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor): tf.Tensor {
  const { stride: strides, padding } = layer;
  const fused = { filter, bias, strides, activation: 'relu' } as const;
  if (strides === 1) return tf.fused.conv2d({ ...fused, x, pad: 'same' });
  if (tf.getBackend() !== 'tensorflow') return tf.fused.conv2d({ ...fused, x, pad: padding });
  const zeros: [number, number] = [padding, padding];
  return tf.fused.conv2d({ ...fused, x: tf.pad(x, [[0, 0], zeros, zeros, [0, 0]]), pad: 'valid' });
}

/** What a tfjs user would write: one fused op for product, bias and ReLU, and weights that lie as tfjs wants them. */
function apply(layer: Layer, x: tf.Tensor, weights: Weights): tf.Tensor {
  const weight = weights[`${layer.module}.weight`]!;
  const bias = weights[`${layer.module}.bias`]!;
  switch (layer.op) {
    case 'conv':
      return convolve(layer, x as tf.Tensor4D, weight as tf.Tensor4D, bias);
    case 'maxPool':
      return tf.maxPool(x as tf.Tensor4D, layer.kernel, layer.stride, 'valid');
    case 'flatten': // in PyTorch's order, for which the weights behind it are made
      return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0]!, -1]);
    case 'linear':
      return tf.fused.matMul({ a: x, b: weight, bias, ...(layer.relu && { activation: 'relu' }) });
  }
}

/** Starts tfjs's wasm backend as it is released, without a kernel of ours. */
async function startStock(threads: number): Promise<void> {
  await import('@tensorflow/tfjs');
  const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(threads); // which it has in a page only
  await tf.setBackend('wasm');
}

/** The same ops written by hand. */
export const start: StartEngine = async ({ backend, threads, checkpoint }) => {
  if (backend === 'stock') await startStock(threads);
  else await (await import('./tfjs-zoo.js')).startBackend(backend, threads);
  const { stateDict } = await readCheckpoint(checkpoint);
  const weights = toTensors(stateDict);
  return alexnetEngine((layers, x) => {
    const forward = (input: tf.Tensor) =>
      tf.tidy(() => layers.reduce((activation, layer) => apply(layer, activation, weights), input));
    return tfjsProgram(forward, x);
  });
};
