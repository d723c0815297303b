import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, ZooError } from 'tfjs-zoo';
import type { Batch, Sample, SampleSource } from 'tfjs-zoo/datasets';
import { numbered, rejection } from './support.js';

const gray = (label: number): Sample => numbered(256).get(label) as Sample;

async function labelsOf(batches: AsyncIterable<Batch>): Promise<number[][]> {
  const labels: number[][] = [];
  for await (const batch of batches) {
    labels.push([...(await batch.labels.data())]);
    tf.dispose([batch.inputs, batch.labels]);
  }
  return labels;
}

async function* five(): AsyncGenerator<Sample> {
  for (let label = 0; label < 5; label++) yield { input: tf.fill([2], label), label };
}

describe('a DataLoader of a stream', () => {
  let tensors = 0;
  beforeEach(async () => {
    await backends.use('cpu');
    tensors = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  it('makes batches as samples come, anew for each epoch', async () => {
    const promises = [0, 1, 2, 3, 4].map(async (label) => gray(label));
    const sources: SampleSource[] = [
      five,
      { [Symbol.asyncIterator]: five },
      new Set([0, 1, 2, 3, 4].map(gray)),
      function* () {
        yield* promises;
      },
    ];
    for (const source of sources) {
      const loader = new datasets.DataLoader(source, { batchSize: 2 });
      expect(loader.length).to.equal(undefined);
      expect(await labelsOf(loader)).to.deep.equal([[0, 1], [2, 3], [4]]);
      expect(await labelsOf(loader)).to.deep.equal([[0, 1], [2, 3], [4]]);
      expect(await labelsOf(loader.epoch(5, { from: 1 }))).to.deep.equal([[2, 3], [4]]);
      expect(await labelsOf(loader.epoch(5, { from: 9 }))).to.deep.equal([]);
    }
    const even = new datasets.DataLoader(five, { batchSize: 2, dropLast: true });
    expect(await labelsOf(even)).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
  });

  it('reads a generator once, and says so the second time', async () => {
    for (const generator of [five(), [gray(0)].values()]) {
      const loader = new datasets.DataLoader(generator);
      expect(await labelsOf(loader)).to.have.length.above(0);
      const error = await rejection(labelsOf(loader));
      expect(error).to.be.instanceOf(ZooError);
      expect(error.message).to.equal(
        'DataLoader: expected samples for another epoch, got a generator that was iterated before. ' +
          'Give the generator function itself, or an object whose [Symbol.asyncIterator]() begins anew.',
      );
    }
  });

  it('does not read further than it makes ahead, and closes what it does not finish', async () => {
    let read = 0;
    let isClosed = false;
    const source = async function* () {
      try {
        for (;;) {
          yield { input: tf.zeros([1]), label: read++ };
        }
      } finally {
        isClosed = true;
      }
    };
    for await (const { inputs, labels } of new datasets.DataLoader(source, { batchSize: 4, prefetch: 2 })) {
      tf.dispose([inputs, labels]);
      break;
    }
    expect(isClosed).to.equal(true);
    expect(read).to.equal(12);
  });

  it('throws what the stream throws when its turn comes', async () => {
    const source = async function* () {
      yield* five();
      throw new Error('torn');
    };
    const seen: number[][] = [];
    const loop = async () => {
      for await (const { inputs, labels } of new datasets.DataLoader(source, { batchSize: 2, prefetch: 4 })) {
        seen.push([...(await labels.data())]);
        tf.dispose([inputs, labels]);
      }
    };
    expect((await rejection(loop())).message).to.equal('torn');
    expect(seen).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    const odd = new datasets.DataLoader(() => [gray(0), 3 as unknown as Sample]);
    expect((await rejection(labelsOf(odd))).message).to.include(
      'expected a sample { input, label } at index 1, got 3.',
    );
  });
});
