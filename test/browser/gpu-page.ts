import * as tf from '@tensorflow/tfjs';
import * as zoo from 'tfjs-zoo';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import type { GoldenModel } from '../support/golden-models.js';
import { toTensor } from '../support/golden-run.js';

// What gpu.test.ts runs in a page.

type Flags = Record<string, number | boolean>;

async function useWebgl(flags: Flags): Promise<void> {
  for (const [flag, value] of Object.entries(flags)) tf.env().set(flag, value);
  await zoo.backends.use('webgl');
}

/** Logits of a model whose weights are the golden's, on a GPU that is told what it cannot do. */
async function logitsOf({ model: name, options, entries, inputShape }: GoldenModel, flags: Flags): Promise<number[]> {
  await useWebgl(flags);
  const model = await zoo.createModel(name, { ...options, weights: formulaStateDict(entries) });
  const input = toTensor(activationToMemory(formulaImages(inputShape), 'batched'));
  const logits = model.eval().forward(input);
  const values = [...(await logits.data())] as number[];
  tf.dispose([input, logits]);
  model.dispose();
  return values;
}

/** What layers make of values whose squares are more than half a float holds, and the gradient: on cpu, and on webgl. */
async function layersOf(flags: Flags): Promise<Record<string, number[][]>> {
  const { nn } = zoo;
  const layers = {
    LocalResponseNorm: new nn.LocalResponseNorm(5),
    GroupNorm: new nn.GroupNorm(2, 8),
    LayerNorm: new nn.LayerNorm(8),
    InstanceNorm2d: new nn.InstanceNorm2d(8),
    BatchNorm2d: new nn.BatchNorm2d(8),
    MaxPool2d: new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    'dilated MaxPool2d': new nn.MaxPool2d(3, { padding: 1, dilation: 2 }),
    Softmax: new nn.Softmax({ dim: 1 }),
  };
  await zoo.backends.use('cpu');
  // Multiples of 4, which half a float holds up to 8192.
  const x = tf.mul(tf.round(tf.sub(tf.mul(tf.sin(tf.range(0, 2 * 6 * 6 * 8)), 500), 625)), 4);
  const images = tf.reshape(x, [2, 6, 6, 8]) as tf.Tensor4D;
  const results: Record<string, number[][]> = {};
  for (const start of [() => zoo.backends.use('cpu'), () => useWebgl(flags)]) {
    await start();
    for (const [name, layer] of Object.entries(layers)) {
      const output = layer.forward(images);
      const upstream = tf.reshape(tf.cos(tf.range(0, output.size)), output.shape);
      const [gradient] = tf.grads((input) => tf.sum(tf.mul(layer.forward(input!), upstream)))([images]);
      results[name] = [...(results[name] ?? []), [...(await output.data())], [...(await gradient!.data())]];
    }
  }
  return results;
}

/** What a layer with bounds makes of NaN and what lies around it. */
async function boundedOf(values: string[]): Promise<string[]> {
  await useWebgl({});
  const output = new zoo.nn.Hardtanh().forward(tf.tensor2d(values.map(Number), [2, values.length / 2]));
  return Array.from(await output.data(), String);
}

/** The times of layers, and how many tensors measuring them left behind. */
async function measured(): Promise<{ summary: zoo.visualize.ModelSummary; left: number }> {
  await useWebgl({});
  const model = new zoo.nn.Sequential(new zoo.nn.Conv2d(2, 3, 3), new zoo.nn.ReLU(), new zoo.nn.Flatten());
  await zoo.visualize.measureSummary(model, [1, 4, 5, 2], { runs: 1 });
  const before = tf.memory().numTensors;
  const summary = await zoo.visualize.measureSummary(model, [1, 4, 5, 2], { runs: 3 });
  const left = tf.memory().numTensors - before;
  model.dispose();
  return { summary, left };
}

export const gpuPage = { logitsOf, layersOf, boundedOf, measured };
