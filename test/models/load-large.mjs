// For large.test.ts, on the built package: loads a model, computes with it and disposes of it, several times, and prints as JSON what
// memory each round took.
import * as tf from '@tensorflow/tfjs-core';
import { backends, createModel } from 'tfjs-zoo';
import { peakBytes } from '../support/peak.mjs';

const [name, weights, count] = process.argv.slice(2);
await backends.use('wasm');

const held = () => {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, numBytes };
};

async function round() {
  const before = held();
  const model = await createModel(name, { weights });
  const loadingPeak = peakBytes();
  model.eval();
  const logits = [];
  // Twice, for some of what a weight is computed into is kept only once it is needed again.
  for (let time = 0; time < 2; time++) {
    const output = tf.tidy(() => model.forward(tf.ones([1, 64, 64, 3])));
    logits.push([...(await output.data())]);
    output.dispose();
  }
  model.dispose();
  // The heap of wasm never shrinks, but what is free in it is used again.
  return { before, after: held(), loadingPeak, peak: peakBytes(), heap: tf.backend().wasm.HEAPU8.length, logits };
}

const rounds = [];
for (let i = 0; i < Number(count); i++) rounds.push(await round());
process.stdout.write(JSON.stringify(rounds));
