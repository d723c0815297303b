import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { datasets, ImageError, manualSeed, ShapeError, transforms, ZooError } from 'tfjs-zoo';
import type { Batch, BatchSource, Dataset, Sample } from 'tfjs-zoo/datasets';
import { forkRandom } from '../../src/core/index.js';
import { applyTransform } from '../../src/datasets/apply-transform.js';
import { forEachBackend } from '../support/backends.js';
import { images, numbered, rejection } from './support.js';

async function labelsOf(batches: AsyncIterable<Batch>): Promise<number[][]> {
  const labels: number[][] = [];
  for await (const batch of batches) {
    labels.push([...(await batch.labels.data())]);
    tf.dispose([batch.inputs, batch.labels]);
  }
  return labels;
}

interface Golden {
  readonly count: number;
  readonly step: number;
  readonly cases: readonly {
    readonly size: [number, number];
    readonly antialias: boolean;
    readonly values: number[];
  }[];
}

const goldenFile = new URL('../fixtures/datasets/resize.json', import.meta.url);

const epochOf = (source: BatchSource, epoch: number, from = 0) => labelsOf(source.epoch(epoch, { from }));
const upTo = (length: number) => Array.from({ length }, (_, i) => i);
const gray = (label: number): Sample => numbered(256).get(label) as Sample;

forEachBackend((name) => {
  describe(`a DataLoader on ${name}`, () => {
    it('makes the same numbers of pixels as ToTensor', async () => {
      const image = { width: 16, height: 16, data: Uint8Array.from(upTo(256)), channels: 1 } as const;
      for await (const { inputs, labels } of new datasets.DataLoader([{ input: image, label: 3 }])) {
        const single = new transforms.ToTensor().apply(image);
        expect(inputs.shape).to.deep.equal([1, 16, 16, 1]);
        expect(labels.dtype).to.equal('int32');
        expect(await inputs.data()).to.deep.equal(await single.data());
        tf.dispose([inputs, labels, single]);
      }
    });

    it('stacks tensors, and leaves those of an array to their owner', async () => {
      const samples = upTo(3).map((label) => ({ input: tf.fill([2, 3], label), label }));
      const loader = new datasets.DataLoader(samples, { batchSize: 2 });
      for (const _ of upTo(2)) {
        const seen: number[][] = [];
        for await (const { inputs, labels } of loader) {
          seen.push(inputs.shape, [...(await inputs.data())]);
          tf.dispose([inputs, labels]);
        }
        expect(seen).to.deep.equal([
          [2, 2, 3],
          [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
          [1, 2, 3],
          [2, 2, 2, 2, 2, 2],
        ]);
      }
      tf.dispose(samples.map(({ input }) => input));
    });

    it('applies a transform to a whole batch', async () => {
      const transform = new transforms.Compose([new transforms.Resize([4, 6])]);
      for await (const { inputs, labels } of new datasets.DataLoader(numbered(4), { batchSize: 4, transform })) {
        expect(inputs.shape).to.deep.equal([4, 4, 6, 1]);
        tf.dispose([inputs, labels]);
      }
      // One that is not as careful as ours.
      const careless = { apply: (x: tf.Tensor) => tf.sub(tf.mul(x, tf.scalar(255)), tf.scalar(1)) };
      for await (const { inputs, labels } of new datasets.DataLoader(numbered(1), { transform: careless })) {
        expect((await inputs.data())[1]).to.be.closeTo(6, 1e-5);
        tf.dispose([inputs, labels]);
      }
      for await (const { inputs, labels } of new datasets.DataLoader(numbered(1), { transform: { apply: (x) => x } })) {
        expect((await inputs.data())[3]).to.equal(1);
        tf.dispose([inputs, labels]);
      }
    });

    it("enlarges a batch as torchvision's tensors are", async () => {
      const { count, step, cases } = JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden;
      const pixels = images(count).subarray(16);
      const dataset: Dataset = {
        length: count,
        get: (i) => ({
          input: { width: 28, height: 28, data: pixels.subarray(i * 784, (i + 1) * 784), channels: 1 },
          label: i,
        }),
      };
      for (const { size, antialias, values } of cases) {
        const transform = new transforms.Resize(size, { antialias });
        for await (const { inputs, labels } of new datasets.DataLoader(dataset, { batchSize: count, transform })) {
          const own = await inputs.data();
          const error = Math.max(...values.map((value, i) => Math.abs(own[i * step]! - value)));
          expect(error, `${size}`).to.be.below(1e-6);
          expect(inputs.shape).to.deep.equal([count, ...size, 1]);
          expect(values).to.have.length(Math.ceil(own.length / step));
          tf.dispose([inputs, labels]);
        }
      }
    });

    it('frees what it has made when the loop ends early, or a transform fails', async () => {
      const tensors = (length: number): Dataset => ({
        length,
        get: (label) => ({ input: tf.fill([4], label), label }),
      });
      for await (const { inputs, labels } of new datasets.DataLoader(tensors(100), { batchSize: 3, prefetch: 5 })) {
        tf.dispose([inputs, labels]);
        break;
      }
      const failing = {
        apply: () => {
          throw new Error('no');
        },
      };
      const loader = new datasets.DataLoader(tensors(9), { batchSize: 3, transform: failing });
      expect((await rejection(labelsOf(loader))).message).to.equal('no');
      const several = { apply: (x: tf.Tensor) => [tf.clone(x)] as unknown as tf.Tensor };
      expect(
        (await rejection(labelsOf(new datasets.DataLoader(tensors(9), { transform: several })))).message,
      ).to.include("DataLoader: expected transform to make a tensor of a batch's inputs, got an array.");
    });
  });
});

describe('DataLoader', () => {
  it('makes batches in order, the last one smaller or left out', async () => {
    const loader = new datasets.DataLoader(numbered(5), { batchSize: 2 });
    expect(loader.length).to.equal(3);
    expect(await epochOf(loader, 0)).to.deep.equal([[0, 1], [2, 3], [4]]);
    expect(await epochOf(loader, 7)).to.deep.equal([[0, 1], [2, 3], [4]]);
    const even = new datasets.DataLoader(numbered(5), { batchSize: 2, dropLast: true });
    expect(even.length).to.equal(2);
    expect(await epochOf(even, 0)).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    expect(await epochOf(new datasets.DataLoader(numbered(2)), 0)).to.deep.equal([[0], [1]]);
    const empty = new datasets.DataLoader([]);
    expect([empty.length, await epochOf(empty, 0)]).to.deep.equal([0, []]);
  });

  it('shuffles each epoch anew, repeatably', async () => {
    const make = (seed?: number) => new datasets.DataLoader(numbered(100), { batchSize: 100, shuffle: true, seed });
    const [first] = await epochOf(make(1), 0);
    expect(await labelsOf(make(1))).to.deep.equal([first]);
    expect(await epochOf(make(1), 1)).to.not.deep.equal([first]);
    expect(await epochOf(make(2), 0)).to.not.deep.equal([first]);
    manualSeed(5);
    const one = make();
    const two = make();
    manualSeed(5);
    expect([make().seed, make().seed]).to.deep.equal([one.seed, two.seed]);
    expect(one.seed).to.not.equal(two.seed);
  });

  it('puts every sample in every place equally often', async () => {
    const loader = new datasets.DataLoader(numbered(4), { batchSize: 4, shuffle: true, seed: 0 });
    const counts = new Map<string, number>();
    for (const epoch of upTo(2400)) {
      const order = String((await epochOf(loader, epoch))[0]);
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).to.equal(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    expect(chiSquare).to.be.below(49.7); // 23 degrees of freedom, 0.1 %
  });

  it('iterates the next epoch each time', async () => {
    const loader = new datasets.DataLoader(numbered(10), { batchSize: 5, shuffle: true, seed: 3 });
    const both = [await labelsOf(loader), await labelsOf(loader)];
    expect(both).to.deep.equal([await epochOf(loader, 0), await epochOf(loader, 1)]);
  });

  it('gives each index once in an epoch, whatever is made ahead, and from anywhere', async () => {
    const settings = fc.record({
      length: fc.integer({ min: 1, max: 40 }),
      batchSize: fc.integer({ min: 1, max: 12 }),
      shuffle: fc.boolean(),
      dropLast: fc.boolean(),
      seed: fc.maxSafeInteger(),
      epoch: fc.nat(1000),
      from: fc.nat(10),
      prefetch: fc.nat(5),
      other: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ length, epoch, from, other, ...options }) => {
        const loader = new datasets.DataLoader(numbered(length), options);
        const batches = await epochOf(loader, epoch);
        expect(batches).to.have.length(loader.length!);
        const kept = options.dropLast ? length - (length % options.batchSize) : length;
        expect(new Set(batches.flat()).size).to.equal(kept);
        if (!options.dropLast) expect(batches.flat().sort((a, b) => a - b)).to.deep.equal(upTo(length));
        expect(batches.slice(0, -1).every((batch) => batch.length === options.batchSize)).to.equal(true);
        expect(await epochOf(loader, epoch, from)).to.deep.equal(batches.slice(from));
        const again = new datasets.DataLoader(numbered(length), { ...options, prefetch: other });
        expect(await epochOf(again, epoch)).to.deep.equal(batches);
      }),
      { numRuns: 100 },
    );
  });

  it('gives a sample a seed that depends on the epoch and its index alone', async () => {
    const seen: (readonly [number, number])[] = [];
    const dataset: Dataset = {
      length: 6,
      get(index, seed) {
        seen.push([index, seed!]);
        return gray(index);
      },
    };
    const seedsOf = async (options: datasets.DataLoaderOptions, epoch: number, from = 0) => {
      seen.length = 0;
      await epochOf(new datasets.DataLoader(dataset, { seed: 7, ...options }), epoch, from);
      return Object.fromEntries(seen);
    };
    const seeds = await seedsOf({}, 2);
    expect(new Set(Object.values(seeds)).size).to.equal(6);
    expect(Object.values(seeds).every(Number.isSafeInteger)).to.equal(true);
    expect(await seedsOf({ shuffle: true, batchSize: 4, prefetch: 0 }, 2)).to.deep.equal(seeds);
    expect(await seedsOf({}, 2, 4)).to.deep.equal({ 4: seeds[4], 5: seeds[5] });
    expect(Object.values(await seedsOf({}, 3))).to.not.include(seeds[0]);
    expect(await seedsOf({ seed: 8 }, 2)).to.not.deep.equal(seeds);
  });

  it('gives augmented samples that depend on nothing else either', async () => {
    const transform = new transforms.Compose([
      new transforms.RandomCrop(28, { padding: 4 }),
      new transforms.RandomHorizontalFlip(),
    ]);
    const pixels = images(20).subarray(16);
    const image = (i: number) => ({
      width: 28,
      height: 28,
      data: pixels.subarray(i * 784, (i + 1) * 784),
      channels: 1 as const,
    });
    const dataset: Dataset = {
      length: 20,
      get: (i, seed) => ({ input: applyTransform(transform, image(i), seed), label: i }),
    };
    const valuesOf = async (options: datasets.DataLoaderOptions, epoch: number) => {
      const values: Record<number, string> = {};
      for await (const { inputs, labels } of new datasets.DataLoader(dataset, { seed: 3, ...options }).epoch(epoch)) {
        const [label] = await labels.data();
        values[label!] = createHash('md5')
          .update(new Uint8Array((await inputs.data()).buffer))
          .digest('hex');
        tf.dispose([inputs, labels]);
      }
      return values;
    };
    const values = await valuesOf({}, 1);
    expect(new Set(Object.values(values)).size).to.equal(20);
    manualSeed(99);
    expect(await valuesOf({ shuffle: true, prefetch: 5 }, 1)).to.deep.equal(values);
    expect(await valuesOf({}, 2)).to.not.deep.equal(values);
  });

  it('gives random transforms of a batch a seed too', async () => {
    const transform = { apply: (x: tf.Tensor) => tf.mul(x, forkRandom().uniform()) };
    const valuesOf = async (from: number) => {
      const values: number[] = [];
      const loader = new datasets.DataLoader(numbered(4), { seed: 1, transform });
      for await (const { inputs, labels } of loader.epoch(0, { from })) {
        values.push((await inputs.data())[3]!);
        tf.dispose([inputs, labels]);
      }
      return values;
    };
    const values = await valuesOf(0);
    expect(new Set(values).size).to.equal(4);
    expect(await valuesOf(2)).to.deep.equal(values.slice(2));
  });

  it('has as many batches in the making as it is told to', async () => {
    for (const prefetch of [0, 1, 3]) {
      let asked = 0;
      const dataset: Dataset = {
        length: 10,
        async get(index) {
          asked++;
          return gray(index);
        },
      };
      const askedAt: number[] = [];
      for await (const { inputs, labels } of new datasets.DataLoader(dataset, { prefetch })) {
        askedAt.push(asked);
        tf.dispose([inputs, labels]);
      }
      expect(askedAt).to.deep.equal(upTo(10).map((i) => Math.min(i + 1 + prefetch, 10)));
    }
  });

  it('throws what goes wrong when its turn comes, and frees the rest', async () => {
    const before = tf.memory().numTensors;
    const dataset: Dataset = {
      length: 9,
      async get(label) {
        if (label === 4) throw new Error('cannot read 4');
        return { input: tf.fill([2], label), label };
      },
    };
    const seen: number[][] = [];
    const loop = async () => {
      for await (const { inputs, labels } of new datasets.DataLoader(dataset, { batchSize: 3, prefetch: 4 })) {
        seen.push([...(await labels.data())]);
        tf.dispose([inputs, labels]);
      }
    };
    expect((await rejection(loop())).message).to.equal('cannot read 4');
    expect(seen).to.deep.equal([[0, 1, 2]]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('waits for what it has begun when the loop ends early', async () => {
    let running = 0;
    const dataset: Dataset = {
      length: 20,
      async get(index) {
        running++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return gray(index);
      },
    };
    for await (const { inputs, labels } of new datasets.DataLoader(dataset, { batchSize: 2 })) {
      tf.dispose([inputs, labels]);
      break;
    }
    expect(running).to.equal(0);
  });

  it('refuses options that make no sense, all at once', () => {
    const make = (options: object, dataset: unknown = numbered(3)) =>
      new datasets.DataLoader(dataset as Dataset, options);
    expect(() => make({ batchSize: 0, prefetch: -1, seed: 0.5, transform: () => {} })).to.throw(
      ZooError,
      'DataLoader: expected batchSize to be a positive integer, got 0; expected prefetch to be an integer from 0, got -1; ' +
        'expected seed to be an integer, got 0.5; expected transform to have a method apply(x), got function. Correct the options or the data set.',
    );
    expect(() => make({ shuffle: true }, [])).to.throw('expected at least one sample to shuffle, got none.');
    expect(() => make({ shuffle: true }, new Set())).to.throw(
      'expected no shuffle, got true for samples that come one after the other.',
    );
    expect(() => make({}, { length: -1, get: gray })).to.throw("the data set's length to be an integer from 0, got -1");
    for (const [source, got] of [
      [undefined, 'undefined'],
      [7, '7'],
      [{ size: 3, get: gray }, 'an object with size, get'],
      [{}, 'an object with no fields'],
    ]) {
      expect(() => new datasets.DataLoader(source as unknown as Dataset)).to.throw(
        ZooError,
        `DataLoader: expected a dataset { length, get(index) }, an array of samples { input, label }, an iterable of them or a generator function, got ${got}. Give one of these.`,
      );
    }
    expect(() => make({}).epoch(-1, { from: 1.5 })).to.throw(
      ZooError,
      'DataLoader.epoch: expected epoch to be an integer from 0, got -1; expected from to be an integer from 0, got 1.5. Count',
    );
  });

  it('refuses samples that do not go together, and says which', async () => {
    const before = tf.memory().numTensors;
    const messageOf = async (samples: unknown[], kind: typeof ZooError, classes?: string[]) => {
      const dataset = { length: samples.length, classes, get: (index: number) => samples[index] as Sample };
      const error = await rejection(labelsOf(new datasets.DataLoader(dataset, { batchSize: samples.length })));
      expect(error).to.be.instanceOf(kind);
      expect(tf.memory().numTensors).to.equal(before);
      return error.message;
    };
    const rgb = { width: 2, height: 1, data: new Uint8Array(6) };
    expect(await messageOf([gray(0), gray(1), { input: rgb, label: 2 }], ShapeError)).to.equal(
      'DataLoader: expected samples of one shape in a batch, got an image [2, 2, 1] at index 0 and an image [1, 2, 3] at index 2. ' +
        'Give the data set a transform that makes them alike: Resize([224, 224]), or Resize(256) and CenterCrop(224).',
    );
    expect(await messageOf([gray(0), { input: tf.zeros([2, 2, 1]), label: 1 }], ShapeError)).to.include(
      'got an image [2, 2, 1] at index 0 and a tensor float32 [2, 2, 1] at index 1.',
    );
    const labelled = [1, -1, 0.5, Number.NaN, '1', null, undefined, 2].map((label) => ({ ...gray(0), label }));
    expect(await messageOf(labelled, ZooError)).to.equal(
      'DataLoader: expected labels to be integers from 0, got -1 at index 1, 0.5 at index 2, NaN at index 3, 1 at index 4, null at index 5, 1 more in the batch. Correct the data set.',
    );
    expect(await messageOf([gray(2), gray(1)], ZooError, ['a', 'b'])).to.include(
      'expected labels to be integers from 0 to 1, for 2 classes, got 2 at index 0.',
    );
    expect(await messageOf([{ input: { ...rgb, width: 3 }, label: 0 }], ImageError)).to.include(
      'DataLoader (sample 0): expected 9 bytes for a 3×1 image of 3 channels, got 6.',
    );
    expect(await messageOf([{ input: 'cat.jpg', label: 0 }], ImageError)).to.include(
      'DataLoader (sample 0): expected an image { width, height, data: Uint8Array } or a tensor, got string.',
    );
    expect(await messageOf([gray(0), undefined], ZooError)).to.equal(
      'DataLoader: expected a sample { input, label } at index 1, got undefined. Correct the data set.',
    );
    expect(await messageOf([{ image: 1 }], ZooError)).to.include('at index 0, got an object with image.');
  });
});
