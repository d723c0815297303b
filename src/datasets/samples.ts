import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { Dataset, Sample } from './dataset.js';

/** Samples that come one after the other, again for each epoch: a generator function, or what can be iterated more than once. */
export type SampleStream =
  | Iterable<Sample | Promise<Sample>>
  | AsyncIterable<Sample>
  | (() => Iterable<Sample | Promise<Sample>> | AsyncIterable<Sample>);

/** What a `DataLoader` makes batches of. */
export type SampleSource = Dataset | readonly Sample[] | SampleStream;

/** Makes a dataset of an array: each time it gives a tensor, that is the taker's to free. */
function fromArray(samples: readonly Sample[]): Dataset {
  return {
    length: samples.length,
    get(index) {
      const { input, label } = samples[index]!;
      return { input: input instanceof tf.Tensor ? tf.clone(input) : input, label };
    },
  };
}

/** The samples by number, where the source has numbers. */
export function asDataset(source: SampleSource): Dataset | undefined {
  if (Array.isArray(source)) return fromArray(source);
  return typeof (source as Dataset).get === 'function' ? (source as Dataset) : undefined;
}

/** Starts to iterate a stream. */
export function iterate(source: SampleStream): AsyncIterator<Sample> | Iterator<Sample | Promise<Sample>> {
  const iterable = typeof source === 'function' ? source() : source;
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}

/** @throws ZooError unless samples can be had from it */
export function expectSource(source: SampleSource): void {
  const fits =
    typeof source === 'function' ||
    (typeof source === 'object' &&
      source !== null &&
      (typeof (source as Dataset).get === 'function' || Symbol.iterator in source || Symbol.asyncIterator in source));
  if (fits) return;
  throw new ZooError(
    `DataLoader: expected a dataset { length, get(index) }, an array of samples, an iterable or a generator function, got ${source === null ? 'null' : typeof source}. Give samples { input, label }.`,
  );
}
