import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { Batch } from '../datasets/index.js';
import { type AnyModule, inEvaluation } from '../nn/index.js';
import { toImage, type WrongPrediction } from '../visualize/index.js';
import { predictedClass } from './metrics/top-k.js';
import { type Batches, batchSource, freeBatch } from './trainer/batches.js';

export interface WrongPredictionsSearch {
  /** How many to find at most. Default 25. */
  readonly count?: number | undefined;
  /** Their numbers if not given. */
  readonly classNames?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The first images of some data that a model takes for what they are not, as pictures, to be drawn by `visualize.wrongPredictionsFigure`.
 *
 * The model computes in evaluation mode and is left as it was. It looks no further than it must.
 *
 * Shape: batches of images [N, H, W, 3] or [N, H, W, 1].
 * @throws ShapeError for batches of something else
 * @example
 * ```ts
 * const model = await createModel('lenet', { pretrained: true });
 * const test = await datasets.FashionMNIST.load({ train: false });
 * const loader = new datasets.DataLoader(test, { batchSize: 256 });
 * const wrong = await training.wrongPredictions(model, loader, { count: 10, classNames: test.classes });
 * console.log(wrong.length <= 10); // true
 * ```
 */
export async function wrongPredictions(
  model: AnyModule,
  batches: Batches,
  { count = 25, classNames, signal }: WrongPredictionsSearch = {},
): Promise<WrongPrediction[]> {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ZooError(`wrongPredictions: expected count to be a positive integer, got ${count}. Ask for 1 or more.`);
  }
  const nameOf = (index: number) => classNames?.[index] ?? String(index);
  const found: WrongPrediction[] = [];
  for await (const batch of batchSource('wrongPredictions', batches).epoch(0)) {
    try {
      signal?.throwIfAborted();
      for (const { index, predicted, actual, probability } of await wrongIn(model, batch)) {
        if (found.length === count) break;
        const one = tf.tidy(() => tf.slice(batch.inputs, index, 1));
        const image = await toImage(one).finally(() => one.dispose());
        found.push({ image, predicted: nameOf(predicted), actual: nameOf(actual), probability });
      }
    } finally {
      freeBatch(batch);
    }
    if (found.length === count) break;
  }
  return found;
}

async function wrongIn(model: AnyModule, { inputs, labels }: Batch) {
  const output = inEvaluation(model, () => tf.tidy(() => tf.softmax(model.forward(inputs) as tf.Tensor2D)));
  try {
    const [rows, classes] = output.shape;
    const [probabilities, actuals] = await Promise.all([output.data<'float32'>(), labels.data()]);
    return Array.from({ length: rows }, (_, index) => {
      const predicted = predictedClass(probabilities, index * classes, classes);
      const probability = probabilities[index * classes + predicted]!;
      return { index, predicted, actual: actuals[index]!, probability };
    }).filter(({ predicted, actual }) => predicted !== actual);
  } finally {
    output.dispose();
  }
}
