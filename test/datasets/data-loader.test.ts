import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, manualSeed, transforms } from 'tfjs-zoo';
import type { Batch, BatchSource, Dataset } from 'tfjs-zoo/datasets';

/** Grey images of 2 × 2 whose first pixel is their number, as is their label. */
function numbered(length: number): Dataset {
  return {
    length,
    get: (index) => ({
      input: { width: 2, height: 2, data: Uint8Array.of(index, 7, 51, 255), channels: 1 },
      label: index,
    }),
  };
}

async function labelsOf(batches: AsyncIterable<Batch>): Promise<number[][]> {
  const labels: number[][] = [];
  for await (const batch of batches) {
    labels.push([...(await batch.labels.data())]);
    tf.dispose([batch.inputs, batch.labels]);
  }
  return labels;
}

const epochOf = (source: BatchSource, epoch: number, from = 0) => labelsOf(source.epoch(epoch, { from }));

describe('DataLoader', () => {
  let tensors = 0;
  beforeEach(async () => {
    await backends.use('cpu');
    tensors = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  it('makes batches in order, the last one smaller', async () => {
    const loader = new datasets.DataLoader(numbered(5), { batchSize: 2 });
    expect(loader.length).to.equal(3);
    expect(await epochOf(loader, 0)).to.deep.equal([[0, 1], [2, 3], [4]]);
    expect(await epochOf(loader, 7)).to.deep.equal([[0, 1], [2, 3], [4]]);
  });

  it('makes the same numbers of pixels as ToTensor', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    const image = { width: 16, height: 16, data: every, channels: 1 } as const;
    const loader = new datasets.DataLoader([{ input: image, label: 3 }]);
    for await (const { inputs, labels } of loader) {
      const single = new transforms.ToTensor().apply(image);
      expect(inputs.shape).to.deep.equal([1, 16, 16, 1]);
      expect(labels.dtype).to.equal('int32');
      expect(await inputs.data()).to.deep.equal(await single.data());
      tf.dispose([inputs, labels, single]);
    }
  });

  it('shuffles each epoch anew, repeatably', async () => {
    const make = (seed?: number) => new datasets.DataLoader(numbered(100), { batchSize: 100, shuffle: true, seed });
    const [first] = await epochOf(make(1), 0);
    expect(await labelsOf(make(1))).to.deep.equal([first]);
    expect(await epochOf(make(1), 1)).to.not.deep.equal([first]);
    expect(await epochOf(make(2), 0)).to.not.deep.equal([first]);
    expect([...first!].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 100 }, (_, i) => i));
    manualSeed(5);
    const one = make();
    manualSeed(5);
    expect(make().seed).to.equal(one.seed);
  });

  it('iterates the next epoch each time', async () => {
    const loader = new datasets.DataLoader(numbered(10), { batchSize: 5, shuffle: true, seed: 3 });
    const both = [await labelsOf(loader), await labelsOf(loader)];
    expect(both).to.deep.equal([await epochOf(loader, 0), await epochOf(loader, 1)]);
  });

  it('begins an epoch where it is told to', async () => {
    const loader = new datasets.DataLoader(numbered(10), { batchSize: 3, shuffle: true, seed: 3 });
    expect(await epochOf(loader, 4, 2)).to.deep.equal((await epochOf(loader, 4)).slice(2));
  });
});
