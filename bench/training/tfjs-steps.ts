import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { createModel, nn, training } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { startBackend } from '../engines/tfjs-zoo.js';
import type { Training } from './networks.js';

// Trains as torch_steps.py does, with this package: see child.ts for what it is asked and answers, a line of JSON each.

const [name, backend, threads, path] = process.argv.slice(2) as [Training['name'], string, string, string];
await startBackend(backend, Number(threads));

const { stateDict } = await readCheckpoint(path);
const images = stateDict.get('images')!;
const labels = stateDict.get('labels')!;
stateDict.delete('images');
stateDict.delete('labels');
const [batch, , size] = images.shape as [number, number, number];
const x = tf.tensor4d(images.data as Float32Array, [batch, size, size, 1]);
const y = tf.tensor1d(Int32Array.from(labels.data as BigInt64Array, Number), 'int32');
const model = await createModel(name, { weights: stateDict });
const loss = new nn.CrossEntropyLoss();
const optimizer = new training.SGD(model.parameters(), { lr: 0.01 });

async function step(): Promise<number> {
  const { value, grads } = training.valueAndGrads(model, () => loss.forward(model.forward(x), y));
  optimizer.step(grads);
  const [number] = await value.data();
  tf.dispose([value, ...grads.values()]);
  return number!;
}

async function timed(): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}

async function answer({ kind, steps }: { kind: 'losses' | 'time'; steps: number }): Promise<number[]> {
  // Without dropout, which no two programs draw alike.
  model.train(kind === 'time');
  if (kind === 'time') await step();
  const values: number[] = [];
  for (let i = 0; i < steps; i++) values.push(await (kind === 'time' ? timed() : step()));
  return values;
}

console.log(JSON.stringify({ version: tf.version_core }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ values: await answer(JSON.parse(line)) }));
}
process.exit(); // threads of a runtime would keep it alive
