import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import type { Batch, BatchSource } from '../../datasets/index.js';

/** What `fit` takes as data: a `DataLoader`, an array of batches, or a function that begins a new pass over them. */
export type Batches = BatchSource | readonly Batch[] | (() => AsyncIterable<Batch> | Iterable<Batch>);

/**
 * One kind of source for all. Its batches are to be freed by whoever takes them.
 * @throws ZooError if it is none of them
 */
export function batchSource(who: string, batches: Batches): BatchSource {
  if (isSource(batches)) return batches;
  if (typeof batches === 'function') return { epoch: (_, { from = 0 } = {}) => skip(batches(), from) };
  if (!Array.isArray(batches)) {
    throw new ZooError(
      `${who}: expected batches as a DataLoader, an array of { inputs, labels }, or a function that gives an iterable of them, got ` +
        `${batches === null ? 'null' : typeof batches}. Make a datasets.DataLoader of your examples.`,
    );
  }
  const list: readonly Batch[] = batches;
  return { length: list.length, epoch: (_, { from = 0 } = {}) => copies(list.slice(from)) };
}

function isSource(batches: Batches): batches is BatchSource {
  return typeof (batches as Partial<BatchSource> | null)?.epoch === 'function';
}

/** An array's batches are wanted again in the next epoch. */
async function* copies(batches: readonly Batch[]): AsyncGenerator<Batch> {
  for (const { inputs, labels } of batches) yield { inputs: tf.clone(inputs), labels: tf.clone(labels) };
}

async function* skip(batches: AsyncIterable<Batch> | Iterable<Batch>, count: number): AsyncGenerator<Batch> {
  let index = 0;
  for await (const batch of batches) {
    if (index++ < count) freeBatch(batch);
    else yield batch;
  }
}

export function freeBatch({ inputs, labels }: Batch): void {
  tf.dispose([inputs, labels]);
}
