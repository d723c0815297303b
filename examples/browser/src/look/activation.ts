import * as tf from '@tensorflow/tfjs-core';
import { createFeatureExtractor } from 'tfjs-zoo';
import type { Engine } from '../engine.js';

export interface Activation {
  /** Channels last. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a layer gives for a picture. */
export async function activationOf(engine: Engine, layer: string, picture: Blob): Promise<Activation> {
  const extractor = createFeatureExtractor(engine.model, { [layer]: 'heard' });
  const input = await engine.preprocess(picture);
  const { heard } = tf.tidy(() => extractor.forward(tf.expandDims(input)));
  input.dispose();
  try {
    return { shape: heard!.shape, data: (await heard!.data()) as Float32Array };
  } finally {
    heard!.dispose();
  }
}
