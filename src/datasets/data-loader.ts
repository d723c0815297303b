import * as tf from '@tensorflow/tfjs-core';
import { newSeed, ZooError } from '../core/index.js';
import type { ImageOrTensor, Transform } from '../transforms/index.js';
import { applyTransform, notTransform } from './apply-transform.js';
import { collate, freeSamples } from './collate.js';
import type { Batch, BatchSource, Dataset } from './dataset.js';
import { prefetch } from './prefetch.js';
import { readDataset, readStream, type SampleReader } from './read-samples.js';
import { asDataset, type SampleSource, type SampleStream } from './samples.js';
import { permutation, seedFor } from './seeds.js';

export interface DataLoaderOptions {
  /** How many samples a batch has. Default 1. */
  batchSize?: number | undefined;
  /** Whether each epoch has an order of its own. Default false. */
  shuffle?: boolean | undefined;
  /** What orders and random transforms follow. Default: a new one, which follows `manualSeed`. */
  seed?: number | undefined;
  /** Leaves out the last batch of an epoch where it is smaller. Default false. */
  dropLast?: boolean | undefined;
  /** How many batches are being made while one is used. Default 2. */
  prefetch?: number | undefined;
  /** Applied to the inputs of a batch as one tensor, [N, H, W, C] of images: on the backend, where an enlargement is fast. Default: none. */
  transform?: Transform<tf.Tensor, ImageOrTensor> | undefined;
}

/**
 * Makes batches of samples.
 *
 * Iterating it gives the batches of an epoch, and those of the next one the next time, as in PyTorch; `epoch(n)` gives those of epoch n, which depend
 * on the seed and n alone. Images become float32 [N, H, W, C] from 0 to 1 as by `ToTensor`, tensors are stacked; labels are int32 [N]. The tensors
 * of a batch are the caller's to free; where a loop ends early, those of batches that were made ahead are freed.
 *
 * A data set is read by number, all samples of a batch at once. An iterable, or what a generator function gives, is read in its own order.
 *
 * Differs from PyTorch: there are no workers; what takes time, such as decoding files, is the data set's to do elsewhere.
 *
 * @throws ZooError where an option makes no sense, when a sample is none, and when labels are no numbers of classes
 * @throws ShapeError when the samples of a batch differ in shape
 * @example
 * const samples = [3, 1, 2].map((label) => ({ input: tf.fill([2, 2, 1], label / 10), label }));
 * const loader = new datasets.DataLoader(samples, { batchSize: 2, shuffle: true, seed: 1 });
 * for await (const { inputs, labels } of loader) {
 *   console.log(inputs.shape, await labels.data());
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
  /** Undefined where samples have no numbers. */
  readonly #samples: Dataset | undefined;
  #epoch = 0;

  constructor(dataset: SampleSource, options: DataLoaderOptions = {}) {
    const { batchSize = 1, shuffle = false, seed = newSeed(), dropLast = false, prefetch = 2, transform } = options;
    this.#samples = asDataset(dataset);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
    this.prefetch = prefetch;
    this.transform = transform;
    this.#expectSense();
  }

  /** How many batches an epoch has; undefined where only its end tells. */
  get length(): number | undefined {
    if (!this.#samples) return undefined;
    const batches = this.#samples.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /**
   * The batches of an epoch.
   * @param epoch from 0
   * @param options.from how many batches to leave out at the beginning
   */
  epoch(epoch: number, options: { readonly from?: number | undefined } = {}): AsyncGenerator<Batch> {
    const { from = 0 } = options;
    const wrong = Object.entries({ epoch, from }).filter(([, value]) => !isCount(value));
    if (wrong.length > 0) {
      const problems = wrong.map(([name, value]) => `${name} to be an integer from 0, got ${value}`);
      throw new ZooError(
        `DataLoader.epoch: expected ${problems.join('; expected ')}. Count epochs and batches from 0.`,
      );
    }
    return this.#batches(seedFor(this.seed, epoch), from);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Batch> {
    return this.epoch(this.#epoch++);
  }

  async *#batches(seed: number, from: number): AsyncGenerator<Batch> {
    const reader = this.#read(seed, from * this.batchSize);
    let number = from;
    try {
      const make = () => this.#make(reader, seed, number++);
      yield* prefetch(make, this.prefetch, ({ inputs, labels }) => tf.dispose([inputs, labels]));
    } finally {
      await reader.close();
    }
  }

  #read(seed: number, from: number): SampleReader {
    if (!this.#samples) return readStream(this.dataset as SampleStream, from);
    const order = this.shuffle ? permutation(this.#samples.length, seed) : undefined;
    return readDataset(this.#samples, order, seed, from);
  }

  async #make(reader: SampleReader, seed: number, number: number): Promise<Batch | undefined> {
    const samples = await reader.read(this.batchSize);
    if (samples.length < (this.dropLast ? this.batchSize : 1)) {
      freeSamples(samples);
      return undefined;
    }
    const batch = collate(samples, this.#samples?.classes);
    // Counted from behind, for the seeds of the samples are counted from 0.
    return this.transform ? transformed(batch, this.transform, seedFor(seed, 2 ** 52 - 1 - number)) : batch;
  }

  #expectSense(): void {
    const { batchSize, seed, prefetch, shuffle, transform } = this;
    const length = this.#samples?.length ?? 0;
    const problems: string[] = [];
    if (!isCount(length)) problems.push(`the data set's length to be an integer from 0, got ${length}`);
    if (!(isCount(batchSize) && batchSize > 0)) problems.push(`batchSize to be a positive integer, got ${batchSize}`);
    if (!isCount(prefetch)) problems.push(`prefetch to be an integer from 0, got ${prefetch}`);
    if (!Number.isSafeInteger(seed)) problems.push(`seed to be an integer, got ${seed}`);
    if (shuffle && !this.#samples) problems.push('no shuffle, got true for samples that come one after the other');
    if (shuffle && this.#samples && length === 0) problems.push('at least one sample to shuffle, got none');
    const got = notTransform(transform);
    if (got !== undefined) problems.push(`transform to have a method apply(x), got ${got}`);
    if (problems.length > 0) {
      throw new ZooError(`DataLoader: expected ${problems.join('; expected ')}. Correct the options or the data set.`);
    }
  }
}

/** A batch with other inputs in place of its own. */
function transformed({ inputs, labels }: Batch, transform: Transform<tf.Tensor, ImageOrTensor>, seed: number): Batch {
  try {
    const make = () => expectTensor(applyTransform(transform, tf.clone(inputs), seed));
    return { inputs: tf.tidy(make), labels };
  } catch (error) {
    labels.dispose();
    throw error;
  } finally {
    inputs.dispose();
  }
}

function expectTensor(output: ImageOrTensor): tf.Tensor {
  if (output instanceof tf.Tensor) return output;
  throw new ZooError(
    `DataLoader: expected transform to make a tensor of a batch's inputs, got ${Array.isArray(output) ? 'an array' : typeof output}. Give what works on single images to the data set.`,
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
