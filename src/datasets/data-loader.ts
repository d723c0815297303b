import * as tf from '@tensorflow/tfjs-core';
import { newSeed } from '../core/index.js';
import type { Transform } from '../transforms/index.js';
import { applyTransform } from './apply-transform.js';
import { collate, freeSamples, type NumberedSample } from './collate.js';
import type { Batch, BatchSource, Dataset } from './dataset.js';
import { prefetch } from './prefetch.js';
import { asDataset, expectSource, type SampleSource } from './samples.js';
import { permutation, seedFor } from './seeds.js';

export interface DataLoaderOptions {
  /** How many samples a batch has. Default 1. */
  batchSize?: number | undefined;
  /** Whether each epoch has an order of its own. Default false. */
  shuffle?: boolean | undefined;
  /** What orders and random transforms follow. Default: one that follows `manualSeed`. */
  seed?: number | undefined;
  /** Leaves out the last batch of an epoch where it is smaller. Default false. */
  dropLast?: boolean | undefined;
  /** How many batches are made ahead. Default 2. */
  prefetch?: number | undefined;
  /** Applied to the inputs of a batch as one tensor, [N, H, W, C] of images: an enlargement is fast there. Default: none. */
  transform?: Transform<tf.Tensor, tf.Tensor> | undefined;
}

/**
 * Makes batches of samples.
 *
 * Iterating it gives the batches of an epoch, and of the next one the next time, as in PyTorch. `epoch(n)` gives those of epoch n: they depend on
 * the seed and n alone. Images become float32 [N, H, W, C] from 0 to 1 as by `ToTensor`, tensors are stacked; labels are int32 [N]. The tensors
 * of a batch are the caller's to free; those of batches that were made ahead are freed where a loop ends early.
 *
 * Differs from PyTorch: there are no workers; what takes time, as decoding of files does, is done by the data set.
 *
 * @throws ZooError where an option makes no sense
 * @example
 * const samples = [3, 1, 2].map((label) => ({ input: tf.fill([2, 2, 1], label / 10), label }));
 * const loader = new datasets.DataLoader(samples, { batchSize: 2, shuffle: true, seed: 1 });
 * for await (const { inputs, labels } of loader) {
 *   console.log(inputs.shape, await labels.data()); // [2, 2, 2, 1] and two labels, then [1, 2, 2, 1] and the third
 *   tf.dispose([inputs, labels]);
 * }
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader implements BatchSource, AsyncIterable<Batch> {
  readonly dataset: SampleSource;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** What orders and random transforms follow; a training that goes on sets it. */
  seed: number;
  readonly dropLast: boolean;
  readonly prefetch: number;
  readonly transform: DataLoaderOptions['transform'];
  readonly #samples: Dataset | undefined;
  #epoch = 0;

  constructor(dataset: SampleSource, options: DataLoaderOptions = {}) {
    const { batchSize = 1, shuffle = false, dropLast = false, prefetch = 2, transform } = options;
    expectSource(dataset);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.seed = options.seed ?? newSeed();
    this.dropLast = dropLast;
    this.prefetch = prefetch;
    this.transform = transform;
    this.#samples = asDataset(dataset);
  }

  /** How many batches an epoch has. */
  get length(): number | undefined {
    if (!this.#samples) return undefined;
    const batches = this.#samples.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  epoch(epoch: number, options: { readonly from?: number | undefined } = {}): AsyncGenerator<Batch> {
    const { from = 0 } = options;
    const samples = this.#samples!;
    const seed = seedFor(this.seed, epoch);
    const order = this.shuffle ? permutation(samples.length, seed) : undefined;
    let next = from;
    const start = () => {
      if (next >= this.length!) return undefined;
      const number = next++;
      const begin = number * this.batchSize;
      const end = Math.min(begin + this.batchSize, samples.length);
      const indices = Array.from({ length: end - begin }, (_, i) => order?.[begin + i] ?? begin + i);
      return this.#make(samples, indices, seed, number);
    };
    return prefetch(start, this.prefetch, (batch) => tf.dispose([batch.inputs, batch.labels]));
  }

  [Symbol.asyncIterator](): AsyncGenerator<Batch> {
    return this.epoch(this.#epoch++);
  }

  async #make(samples: Dataset, indices: readonly number[], seed: number, number: number): Promise<Batch> {
    const come = await Promise.allSettled(
      indices.map(async (index): Promise<NumberedSample> => {
        const { input, label } = await samples.get(index, seedFor(seed, index));
        return { input, label, index };
      }),
    );
    const failed = come.find((each) => each.status === 'rejected');
    const whole = come.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (failed) {
      freeSamples(whole);
      throw failed.reason;
    }
    const batch = collate(whole, samples.classes);
    if (!this.transform) return batch;
    try {
      // Numbered from behind, for the samples' seeds are numbered from 0.
      const inputs = applyTransform(this.transform, batch.inputs, seedFor(seed, 2 ** 52 - number));
      if (inputs !== batch.inputs) batch.inputs.dispose();
      return { inputs, labels: batch.labels };
    } catch (error) {
      tf.dispose([batch.inputs, batch.labels]);
      throw error;
    }
  }
}
