import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { Dataset, Sample } from './dataset.js';

/**
 * Samples that come one after the other, and again for each epoch: a generator function, or an object that can be iterated more than once. Their
 * tensors become the loader's, which frees them.
 */
export type SampleStream =
  | Iterable<Sample | Promise<Sample>>
  | AsyncIterable<Sample>
  | (() => Iterable<Sample | Promise<Sample>> | AsyncIterable<Sample>);

/** What a `DataLoader` makes batches of. */
export type SampleSource = Dataset | readonly Sample[] | SampleStream;

const isObject = (source: unknown): source is object => typeof source === 'object' && source !== null;
const isDataset = (source: unknown): source is Dataset => isObject(source) && 'get' in source && 'length' in source;
const isStream = (source: unknown): source is SampleStream =>
  typeof source === 'function' || (isObject(source) && (Symbol.iterator in source || Symbol.asyncIterator in source));

/**
 * The samples by number, where the source has numbers.
 * @throws ZooError where it is no source of samples
 */
export function asDataset(source: SampleSource): Dataset | undefined {
  if (Array.isArray(source)) return fromArray(source);
  if (isDataset(source)) return source;
  if (isStream(source)) return undefined;
  const got = isObject(source) ? `an object with ${Object.keys(source).join(', ') || 'no fields'}` : String(source);
  throw new ZooError(
    `DataLoader: expected a dataset { length, get(index) }, an array of samples { input, label }, an iterable of them or a generator function, got ${got}. Give one of these.`,
  );
}

/** Each time it gives a tensor, that is the taker's to free. */
function fromArray(samples: readonly Sample[]): Dataset {
  return {
    length: samples.length,
    get(index) {
      const sample = samples[index]!;
      return sample?.input instanceof tf.Tensor ? { ...sample, input: tf.clone(sample.input) } : sample;
    },
  };
}

/** Iterators that have been given out, for they give their samples only once. */
const begun = new WeakSet<object>();

/**
 * Begins a stream.
 * @throws ZooError where it was begun before and cannot begin again
 */
export function iterate(source: SampleStream): AsyncIterator<Sample> | Iterator<Sample | Promise<Sample>> {
  const samples = typeof source === 'function' ? source() : source;
  const iterator = Symbol.asyncIterator in samples ? samples[Symbol.asyncIterator]() : samples[Symbol.iterator]();
  // Generators are their own iterators.
  if (begun.has(iterator)) {
    throw new ZooError(
      'DataLoader: expected samples for another epoch, got a generator that was iterated before. Give the generator function itself, or an object whose [Symbol.asyncIterator]() begins anew.',
    );
  }
  begun.add(iterator);
  return iterator;
}
