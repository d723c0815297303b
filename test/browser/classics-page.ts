import * as tf from '@tensorflow/tfjs-core';
import { backends, createModel, type models } from 'tfjs-zoo';
import { formulaImages } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { read, toTensor } from '../support/golden-run.js';

// What classics.test.ts runs in a page.

interface Answer {
  readonly text: string;
  readonly logits: number[];
  /** Tensors that are left behind. */
  readonly leaked: number;
}

/** Loads a model and has it answer to noise. */
async function answer(name: models.ModelName, weights: string, size: number): Promise<Answer> {
  const before = tf.memory().numTensors;
  const model: models.ImageModel = await createModel(name, { weights });
  model.eval();
  const input = toTensor(activationToMemory(formulaImages([1, 3, size, size]), 'batched'));
  const output = model.forward(input);
  const logits = Array.from((await read(output)).data);
  tf.dispose([input, output]);
  model.dispose();
  return { text: String(model), logits, leaked: tf.memory().numTensors - before };
}

export const classicsPage = { use: backends.use, answer };
