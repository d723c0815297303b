import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'tfjs-zoo';
import type { Engine } from '../engine.js';

export interface Activation {
  /** Channels last. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a layer gives for a picture: a forward pass of the whole model, in which that one layer is overheard. */
export async function activationOf(engine: Engine, layer: nn.AnyModule, picture: Blob): Promise<Activation> {
  const input = await engine.preprocess(picture);
  let heard: tf.Tensor | undefined;
  const forward = layer.forward;
  layer.forward = (...args) => {
    const output: tf.Tensor = forward.apply(layer, args);
    heard ??= tf.keep(tf.clone(output));
    return output;
  };
  try {
    tf.tidy(() => void engine.model.forward(tf.expandDims(input)));
  } finally {
    delete (layer as { forward?: unknown }).forward; // back to the method of its class
    input.dispose();
  }
  if (!heard) throw new Error('This layer was not used.');
  try {
    return { shape: heard.shape, data: (await heard.data()) as Float32Array };
  } finally {
    heard.dispose();
  }
}
