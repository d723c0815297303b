import * as tf from '@tensorflow/tfjs';
import * as zoo from 'tfjs-zoo';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import type { GoldenModel } from '../support/golden-models.js';
import { toTensor } from '../support/golden-run.js';

// What gpu.test.ts runs in a page.

/** Logits of a model whose weights are the golden's, on a GPU that is told what it cannot do. */
async function logitsOf(
  { model: name, options, entries, inputShape }: GoldenModel,
  flags: Record<string, number | boolean>,
): Promise<number[]> {
  for (const [flag, value] of Object.entries(flags)) tf.env().set(flag, value);
  await zoo.backends.use('webgl');
  const model = await zoo.createModel(name, { ...options, weights: formulaStateDict(entries) });
  const input = toTensor(activationToMemory(formulaImages(inputShape), 'batched'));
  const logits = model.eval().forward(input);
  const values = [...(await logits.data())] as number[];
  tf.dispose([input, logits]);
  model.dispose();
  return values;
}

export const gpuPage = { logitsOf };
