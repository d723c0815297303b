import { freeSamples, type NumberedSample, numbered } from './collate.js';
import type { Dataset } from './dataset.js';
import { iterate, type SampleStream } from './samples.js';
import { seedFor } from './seeds.js';

/** Reads the samples of an epoch, a batch at a time. */
export interface SampleReader {
  /** The next samples, as many as asked for as long as there are so many. May be called again before they have come. */
  read(count: number): Promise<NumberedSample[]>;
  close(): Promise<void>;
}

/**
 * Reads samples by number, all of a batch at once.
 * @param order of their numbers; undefined for the data set's own
 * @param seed of the epoch
 */
export function readDataset(
  dataset: Dataset,
  order: Uint32Array | undefined,
  seed: number,
  from: number,
): SampleReader {
  let next = from;
  return {
    async read(count) {
      const begin = next;
      next = Math.min(begin + count, Math.max(begin, dataset.length));
      const indices = Array.from({ length: next - begin }, (_, i) => order?.[begin + i] ?? begin + i);
      const come = await Promise.allSettled(
        indices.map(async (index) => numbered(await dataset.get(index, seedFor(seed, index)), index)),
      );
      const failed = come.find((each) => each.status === 'rejected');
      const samples = come.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      if (!failed) return samples;
      freeSamples(samples);
      throw failed.reason;
    },
    async close() {},
  };
}

/** Reads samples as they come, without the first ones. */
export function readStream(stream: SampleStream, from: number): SampleReader {
  const iterator = iterate(stream);
  let index = 0;
  let isOver = false;

  const take = async (count: number) => {
    const samples: NumberedSample[] = [];
    try {
      while (samples.length < count && !isOver) {
        const { done = false, value } = await iterator.next();
        isOver = done;
        if (done) break;
        const sample = numbered(await value, index++);
        if (sample.index < from) freeSamples([sample]);
        else samples.push(sample);
      }
    } catch (error) {
      isOver = true;
      freeSamples(samples);
      throw error;
    }
    return samples;
  };

  let taken: Promise<unknown> = Promise.resolve();
  return {
    read(count) {
      const samples = taken.then(() => take(count));
      taken = samples.catch(() => {});
      return samples;
    },
    async close() {
      await taken;
      await iterator.return?.();
    },
  };
}
