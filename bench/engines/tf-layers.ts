import * as tf from '@tensorflow/tfjs';
import { toTensors } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import type { Layer } from '../network.js';
import { alexnetEngine, type StartEngine } from './engine.js';
import { tfjsProgram } from './tfjs-program.js';
import { startBackend } from './tfjs-zoo.js';

function layersOf(layer: Layer): tf.layers.Layer[] {
  switch (layer.op) {
    case 'conv': {
      const { kernel: kernelSize, stride: strides, padding, output } = layer;
      const conv = { filters: output[2]!, kernelSize, strides, activation: 'relu' } as const;
      // 'same' is what PyTorch's padding means where the stride is 1.
      if (strides === 1) return [tf.layers.conv2d({ ...conv, padding: 'same' })];
      return [tf.layers.zeroPadding2d({ padding }), tf.layers.conv2d(conv)];
    }
    case 'maxPool':
      return [tf.layers.maxPooling2d({ poolSize: layer.kernel, strides: layer.stride })];
    case 'flatten':
      return [tf.layers.flatten()];
    case 'linear':
      return [tf.layers.dense({ units: layer.output[0]!, activation: layer.relu ? 'relu' : 'linear' })];
  }
}

/** A checkpoint's weights as tf.layers wants them. */
export async function readWeights(checkpoint: string): Promise<Record<string, tf.Tensor>> {
  const { stateDict } = await readCheckpoint(checkpoint);
  return toTensors(stateDict, { flattenedFrom: { 'classifier.1.weight': [256, 6, 6] } });
}

export function sequentialOf(layers: readonly Layer[], weights: Record<string, tf.Tensor>): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [...layers[0]!.input] })] });
  for (const layer of layers.flatMap(layersOf)) model.add(layer);
  const tensorsOf = (module: string) => [`${module}.weight`, `${module}.bias`].flatMap((name) => weights[name] ?? []);
  model.setWeights(layers.flatMap(({ module }) => tensorsOf(module)));
  return model;
}

/** The same network in tf.layers, Keras's interface to tfjs. */
export const start: StartEngine = async ({ backend, threads, checkpoint }) => {
  await startBackend(backend, threads);
  const weights = await readWeights(checkpoint);
  return alexnetEngine((layers, x) => {
    const model = sequentialOf(layers, weights);
    return tfjsProgram((input) => model.predict(input) as tf.Tensor, x);
  });
};
