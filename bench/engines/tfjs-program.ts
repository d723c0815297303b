import * as tf from '@tensorflow/tfjs-core';
import type { Program, Values } from './engine.js';

/** A function on tensors as a program. */
export function tfjsProgram(forward: (x: tf.Tensor) => tf.Tensor, { shape, data }: Values): Program {
  const x = tf.tensor(data, [...shape]);
  return {
    isChannelsFirst: false,
    async run() {
      const out = forward(x);
      const data = await out.data<'float32'>();
      out.dispose();
      return { shape: out.shape, data };
    },
    async dispose() {
      x.dispose();
    },
  };
}
