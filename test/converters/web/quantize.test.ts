import { expect } from 'chai';
import { openCheckpoint, readCheckpoint, type WebFolderOptions, writeWebFolder } from 'tfjs-zoo/converters';
import { affineOf, encode } from '../../../converters/web/quantize.js';
import type { HostTensor, StateDict } from '../../../src/core/index.js';
import { normal } from './normal.js';
import { expectSame, folders, manifestIn, throughWeb } from './support.js';

const folder = folders();
const OIHW = [2, 3, 1, 0];
const options = (dtype: 'float16' | 'uint8'): WebFolderOptions => ({
  dtype,
  permutationOf: (_, { length }) => (length === 4 ? OIHW : length === 2 ? [1, 0] : null),
});

/** [outputs, …] with a factor for each output. */
function scaled(shape: readonly number[], factorOf: (output: number) => number): HostTensor {
  const data = normal(shape.reduce((a, b) => a * b));
  const row = data.length / shape[0]!;
  return { dtype: 'float32', shape, data: data.map((value, i) => value * factorOf(Math.floor(i / row))) };
}

function one(tensor: HostTensor): StateDict {
  return new Map([['w', tensor]]);
}

/** How each entry of a folder is stored: 'w#3: uint8 [3, 3, 4, 2]'. */
function storedIn(path: string): string[] {
  const { weights } = manifestIn(path).weightsManifest[0]!;
  return weights.map(({ name, shape, dtype, quantization }) => `${name}: ${quantization?.dtype ?? dtype} [${shape}]`);
}

describe('a web folder of float16', () => {
  it('holds the nearest of its numbers, ties to even, and says so', async () => {
    const path = folder();
    const values = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65504, -65504, 2 ** -24, 2 ** -25, 3 * 2 ** -25, -0];
    const stateDict = one({ dtype: 'float32', shape: [2, 4], data: Float32Array.from(values) });
    const nearest = [1, 1 + 4 * 2 ** -11, 65504, -65504, 2 ** -24, 0, 2 ** -23, -0];
    const expected = one({ dtype: 'float16', shape: [2, 4], data: Float32Array.from(nearest) });
    expectSame(await throughWeb(path, stateDict, options('float16')), expected);
    expectSame((await readCheckpoint(path)).stateDict, expected);
    expect(storedIn(path)).to.deep.equal(['w: float16 [4,2]']);
  });

  for (const value of [65505, -70000, Number.POSITIVE_INFINITY, Number.NaN]) {
    it(`leaves a tensor with ${value} in float32`, async () => {
      const path = folder();
      const stateDict = one({ dtype: 'float32', shape: [1, 3], data: Float32Array.of(1.1, value, 2.2) });
      for (const dtype of ['float16', 'uint8'] as const) {
        expectSame(await throughWeb(path, stateDict, { ...options(dtype), force: true }), stateDict);
        expect(storedIn(path)).to.deep.equal(['w: float32 [3,1]']);
      }
    });
  }

  it('leaves vectors, scalars and whole numbers as they are', async () => {
    const stateDict: StateDict = new Map<string, HostTensor>([
      ['bias', { dtype: 'float32', shape: [20_000], data: normal(20_000) }],
      ['scalar', { dtype: 'float32', shape: [], data: Float32Array.of(0.1) }],
      ['mask', { dtype: 'bool', shape: [1, 2], data: Uint8Array.of(0, 1) }],
      ['index', { dtype: 'int64', shape: [200, 100], data: new BigInt64Array(20_000).fill(-3n) }],
    ]);
    for (const dtype of ['float16', 'uint8'] as const) {
      expectSame(await throughWeb(folder(), stateDict, options(dtype)), stateDict);
    }
  });
});

describe('a web folder of uint8', () => {
  it('is within half a step of each value, and exact for zero', async () => {
    for (const [low, high] of [
      [-1, 1],
      [0, 5],
      [-3, 0],
      [-1e-40, 3e-40],
      [0.9, 1],
      [-65504, 65504],
      [-2, 0.001],
    ] as const) {
      const data = normal(2 ** 14).map((_, i) => (i % 7 === 0 ? 0 : low + ((high - low) * (i % 127)) / 126)); // each row has them all
      const path = folder();
      const tensor = { dtype: 'float32', shape: [128, 128], data } as const;
      const got = (await throughWeb(path, one(tensor), options('uint8'))).get('w')!;
      expect(storedIn(path), `${low} to ${high}`).to.deep.equal(['w: uint8 [128,128]']);
      const { scale, min } = affineOf(data);
      expect(scale).to.be.closeTo((Math.max(high, 0) - Math.min(low, 0)) / 255, scale / 1000);
      const wrong = data.findIndex((value, i) => {
        const error = Math.abs((got.data[i]! as number) - value);
        return value === 0
          ? !Object.is(got.data[i], 0)
          : error > scale * 0.5001 + Math.abs(value) * 2 ** -23 + 2 ** -149;
      });
      expect(wrong, `${low} to ${high}: ${data[wrong]} is ${got.data[wrong]}, scale ${scale}, min ${min}`).to.equal(-1);
    }
  });

  it('is by blocks where one scale would lose outputs of small weights', async () => {
    const data = normal(2 ** 14).map((value, i) => (i < 2 ** 13 ? value : value / 1000));
    const path = folder();
    const got = (await throughWeb(path, one({ dtype: 'float32', shape: [128, 128], data }), options('uint8'))).get(
      'w',
    )!;
    expect(storedIn(path)).to.have.length(64);
    const errors = data.subarray(2 ** 13).map((value, i) => Math.abs(value - Number(got.data[2 ** 13 + i])));
    expect(Math.max(...errors)).to.be.below(3e-5); // values of some 1e-3
  });

  it('is tfjs’s affine form: value = stored · scale + min', () => {
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 } as const;
    expect([...encode(Float32Array.of(-1, -0.8, -0.7, 0, 0.2, 100, -100), quantization)]).to.deep.equal([
      0, 0, 1, 2, 2, 202, 0,
    ]);
  });

  it('of nothing but zeros has one scale, and gives zeros', async () => {
    const path = folder();
    const zeros = one({ dtype: 'float32', shape: [128, 128], data: new Float32Array(2 ** 14) });
    expectSame(await throughWeb(path, zeros, options('uint8')), zeros);
    expect(storedIn(path)).to.deep.equal(['w: uint8 [128,128]']);
  });

  it('leaves small matrices to float16', async () => {
    const path = folder();
    await writeWebFolder(one(scaled([10, 10], () => 1)), path, options('uint8'));
    expect(storedIn(path)).to.deep.equal(['w: float16 [10,10]']);
  });

  for (const shape of [
    [48, 16, 5, 5],
    [130, 200],
    [1, 20_000],
  ]) {
    it(`has blocks of output channels where one scale is too coarse for [${shape}]`, async () => {
      const path = folder();
      const outputs = shape[0]!;
      const tensor = scaled(shape, (output) => (output === 1 ? 100 : 1));
      // Of one output a single value is large.
      if (outputs === 1) tensor.data[7] = 1000;
      const got = (await throughWeb(path, one(tensor), options('uint8'))).get('w')!;
      const step = Math.ceil(outputs / 64);
      const inMemory = shape.length === 4 ? [shape[2], shape[3], shape[1]] : [shape[1]];
      const expected = Array.from({ length: Math.ceil(outputs / step) }, (_, i) => {
        return `w#${i * step}: uint8 [${[...inMemory, Math.min(step, outputs - i * step)]}]`;
      });
      expect(storedIn(path)).to.deep.equal(expected);
      const row = tensor.data.length / outputs;
      for (let begin = 0; begin < outputs; begin += step) {
        const within = [begin * row, (begin + step) * row] as const;
        const values = (tensor.data as Float32Array).subarray(...within);
        const { scale } = affineOf(values);
        const errors = (got.data as Float32Array).subarray(...within).map((value, i) => Math.abs(value - values[i]!));
        expect(Math.max(...errors)).to.be.below(scale * 0.501);
      }
      expect([got.dtype, got.shape]).to.deep.equal(['float32', shape]);
      expectSame((await readCheckpoint(path)).stateDict, one(got));
      const opened = await openCheckpoint(path);
      expect(opened.entries).to.deep.equal([{ name: 'w', dtype: 'float32', shape, bytes: tensor.data.length }]);
    });
  }

  it('leaves to float16 what would need blocks that are no last axis in memory', async () => {
    const path = folder();
    const stateDict = one(scaled([64, 300], (output) => (output === 1 ? 100 : 1)));
    await writeWebFolder(stateDict, path, { dtype: 'uint8' });
    expect(storedIn(path)).to.deep.equal(['w: float16 [64,300]']);
  });

  it('can be written anew from a folder, with progress up to its total', async () => {
    const [first, second] = [folder(), folder()];
    await writeWebFolder(one(scaled([128, 128], () => 1)), first, options('uint8'));
    const source = await openCheckpoint(first);
    const progress: number[][] = [];
    await writeWebFolder(source, second, { onProgress: ({ written, total }) => progress.push([written, total]) });
    expect(progress).to.deep.equal([[2 ** 14, 2 ** 14]]);
    expectSame((await readCheckpoint(second)).stateDict, (await readCheckpoint(first)).stateDict);
  });

  it('of a float16 or bfloat16 tensor is float32 when it comes back, for its values are no such numbers', async () => {
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const data = normal(2 ** 14).map((value) => Math.round(value * 64) / 64);
      const got = await throughWeb(folder(), one({ dtype, shape: [128, 128], data }), options('uint8'));
      expect(got.get('w')!.dtype).to.equal('float32');
    }
  });
});
