import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { createModel, manualSeed } from 'tfjs-zoo';
import { use } from 'tfjs-zoo/backends';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { randomValues } from '../engines/engine.js';

/** What is trained, on one batch over and over. */
export interface Training {
  readonly title: string;
  /** Under which name the zoo has it, and torch_steps.py. */
  readonly name: 'lenet' | 'alexnet_d2l';
  readonly batch: number;
  readonly size: number;
}

export const trainings: readonly Training[] = [
  { title: 'LeNet, 28 × 28', name: 'lenet', batch: 128, size: 28 },
  { title: "The book's AlexNet, 224 × 224, one channel", name: 'alexnet_d2l', batch: 16, size: 224 },
];

/** Writes the initial weights, and the batch as `images` [N, 1, H, W] and `labels`, for all contenders to begin with. @returns the path */
export async function writeStart({ name, batch, size }: Training, folder: string): Promise<string> {
  await use('wasm');
  manualSeed(0);
  const model = await createModel(name, { numClasses: 10 });
  const images = randomValues([batch, 1, size, size]);
  tf.tidy(() => void model.forward(tf.zeros([1, size, size, 1]))); // which completes lazy layers
  const stateDict = await model.stateDict();
  model.dispose();
  stateDict.set('images', { dtype: 'float32', ...images, shape: [...images.shape] });
  const labels = BigInt64Array.from({ length: batch }, (_, i) => BigInt((7 * i) % 10));
  stateDict.set('labels', { dtype: 'int64', shape: [batch], data: labels });
  const path = join(folder, `${name}.pth`);
  await writeTorchCheckpoint(stateDict, path);
  return path;
}
