import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { readCheckpoint, writeWebFolder } from 'tfjs-zoo/converters';
import { localFolder } from '../../../converters/web/local-folder.js';
import type { HostTensor, StateDict } from '../../../src/core/index.js';
import { forEachBackend } from '../../support/backends.js';
import { normal } from './normal.js';
import { folders, handmade, manifestIn, packed, receive, serveFolder } from './support.js';

const folder = folders();
const permutationOf = (_: string, { length }: readonly number[]) =>
  length === 4 ? [2, 3, 1, 0] : length === 2 ? [1, 0] : null;

const stateDict: StateDict = new Map<string, HostTensor>([
  ['conv.weight', { dtype: 'float32', shape: [16, 8, 5, 5], data: normal(3200) }],
  ['odd', { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ['mask', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['linear.weight', { dtype: 'float32', shape: [1100, 1000], data: normal(1_100_000) }],
  ['count', { dtype: 'int64', shape: [], data: BigInt64Array.of(-5n) }],
  ['half', { dtype: 'float16', shape: [2], data: Float32Array.of(0.5, -2) }],
  ['double', { dtype: 'float64', shape: [2], data: Float64Array.of(0.1, 1e-300) }],
  ['empty', { dtype: 'float32', shape: [0, 3], data: new Float32Array() }],
]);

describe('what tf.io.loadWeights reads of a web folder', () => {
  forEachBackend(() => {
    for (const dtype of ['float32', 'float16', 'uint8'] as const) {
      it(`is what we read, of ${dtype}, in shapes that tf.conv2d takes`, async () => {
        const path = folder();
        await writeWebFolder(stateDict, path, { dtype, permutationOf });
        const server = await serveFolder(path);
        const manifest = manifestIn(path).weightsManifest as unknown as tf.io.WeightsManifestConfig;
        const theirs = await tf.io.loadWeights(manifest, server.url);
        await server.close();
        const ours = (await readCheckpoint(path)).stateDict;
        expect(Object.keys(theirs)).to.deep.equal([...ours.keys()]);
        for (const [name, { shape, data }] of ours) {
          const axes = permutationOf(name, shape);
          const inOrder = tf.tidy(() =>
            axes
              ? tf.transpose(
                  theirs[name]!,
                  axes.map((_, i) => axes.indexOf(i)),
                )
              : tf.clone(theirs[name]!),
          );
          expect(inOrder.shape, name).to.deep.equal(shape);
          expect(
            Buffer.compare(bytesOf(await inOrder.data()), bytesOf(Float32Array.from(data as Float32Array, Number))),
            name,
          ).to.equal(0);
          inOrder.dispose();
        }

        using conv = new nn.Conv2d(8, 16, 5, { bias: false });
        conv.loadStateDict(new Map([['weight', ours.get('conv.weight')!]]));
        const x = tf.tensor4d(normal(800), [1, 10, 10, 8]);
        const expected = conv.forward(x);
        const got = tf.conv2d(x, theirs['conv.weight'] as tf.Tensor4D, 1, 'valid');
        const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(expected, got))));
        expect((await difference.data())[0]).to.be.below(1e-4);
        tf.dispose([theirs, x, expected, got, difference]);
      });
    }

    it('of a tensor in blocks are its blocks, next to each other on the last axis', async () => {
      const path = folder();
      const data = normal(2 ** 14).map((value, i) => (i < 128 ? value * 100 : value));
      await writeWebFolder(new Map([['w', { dtype: 'float32', shape: [128, 128], data }]]), path, {
        dtype: 'uint8',
        permutationOf,
      });
      const server = await serveFolder(path);
      const manifest = manifestIn(path).weightsManifest as unknown as tf.io.WeightsManifestConfig;
      const blocks = await tf.io.loadWeights(manifest, server.url);
      await server.close();
      expect(Object.keys(blocks)).to.deep.equal(Array.from({ length: 64 }, (_, i) => `w#${i * 2}`));
      const whole = tf.tidy(() => tf.transpose(tf.concat(Object.values(blocks), 1)));
      expect([...(await whole.data())]).to.deep.equal([...(await readCheckpoint(path)).stateDict.get('w')!.data]);
      tf.dispose([blocks, whole]);
    });
  });
});

/** The values as tfjs has them: a float32 for each. */
function bytesOf(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

describe('a web folder of another author', () => {
  before(() => backends.use('cpu'));

  // As tfjs-converter 4 writes it, with --quantize_uint16 for the first group.
  const manifest = [
    {
      paths: ['group1-shard1of1.bin'],
      weights: [
        {
          name: 'conv1/kernel',
          shape: [1, 2, 3],
          dtype: 'float32',
          quantization: { dtype: 'uint16', min: -1.5, scale: 0.001, original_dtype: 'float32' },
        },
        {
          name: 'conv1/bias',
          shape: [3],
          dtype: 'float32',
          quantization: { dtype: 'float16', original_dtype: 'float32' },
        },
        {
          name: 'shift',
          shape: [2],
          dtype: 'int32',
          quantization: { dtype: 'uint8', min: -3, scale: 1.5, original_dtype: 'int32' },
        },
      ],
    },
    {
      paths: ['group2-shard1of2.bin', 'group2-shard2of2.bin'],
      weights: [
        { name: 'flag', shape: [1], dtype: 'bool' },
        { name: 'large', shape: [2 ** 20], dtype: 'float32' },
        { name: 'step', shape: [], dtype: 'int32' },
      ],
    },
    { paths: [], weights: [] },
  ];
  const large = normal(2 ** 20);
  const second = packed(
    { dtype: 'bool', shape: [1], data: Uint8Array.of(1) },
    { dtype: 'float32', shape: [2 ** 20], data: large },
    { dtype: 'int32', shape: [], data: Int32Array.of(-9) },
  );
  const shards = {
    'group1-shard1of1.bin': packed(
      { dtype: 'int16', shape: [6], data: Int16Array.of(0, 1, 1500, -1, -32768, 2) },
      { dtype: 'float16', shape: [3], data: Float32Array.of(1, -0.5, 65504) },
      { dtype: 'uint8', shape: [2], data: Uint8Array.of(3, 255) },
    ),
    'group2-shard1of2.bin': second.subarray(0, 2 ** 22),
    'group2-shard2of2.bin': second.subarray(2 ** 22),
  };
  const expected = {
    'conv1/kernel': [0, 1, 1500, 65535, 32768, 2].map((stored) => Math.fround(stored * 0.001 - 1.5)),
    'conv1/bias': [1, -0.5, 65504],
    shift: [2, 380],
    flag: [1],
    large: [...large],
    step: [-9],
  };

  for (const [what, json] of [
    ['a bare manifest', manifest],
    [
      'a model',
      { format: 'graph-model', generatedBy: '2.11.0', modelTopology: { node: [] }, weightsManifest: manifest },
    ],
  ] as const) {
    it(`is read: ${what}, of several groups, as tf.io.loadWeights reads it`, async () => {
      const path = handmade(folder(), json, shards);
      const server = await serveFolder(path);
      const before = tf.memory().numTensors;
      const theirs = await tf.io.loadWeights(manifest as tf.io.WeightsManifestConfig, server.url);
      await server.close();
      const { stateDict: ours, extra, format } = await readCheckpoint(path);
      expect([format, extra]).to.deep.equal(['tfjs', {}]);
      for (const state of [ours, await receive(localFolder(path))]) {
        expect([...state.keys()]).to.deep.equal(Object.keys(expected));
        for (const [name, values] of Object.entries(expected)) {
          const { shape, data } = state.get(name)!;
          expect([...data], name).to.deep.equal(values);
          expect(theirs[name]!.shape).to.deep.equal(shape);
          expect([...(await theirs[name]!.data())]).to.deep.equal(values);
        }
      }
      expect(ours.get('conv1/kernel')).to.deep.include({ dtype: 'float32', shape: [1, 2, 3] });
      expect(ours.get('conv1/bias')).to.deep.include({ dtype: 'float16', shape: [3] });
      expect(ours.get('shift')).to.deep.include({ dtype: 'int32', shape: [2] });
      tf.dispose(theirs);
      expect(tf.memory().numTensors).to.equal(before);
    });
  }
});
