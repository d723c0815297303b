import { expect } from 'chai';
import fc from 'fast-check';
import { readCheckpoint, writeWebFolder } from 'tfjs-zoo/converters';
import { localFolder } from '../../../converters/web/local-folder.js';
import { bytesPerElement, type DType, type HostTensor, type StateDict, sizeOf } from '../../../src/core/index.js';
import { someState } from '../write/arbitrary.js';
import { expectSame, folders, manifestIn, receive } from './support.js';

const folder = folders();

/** Of a name, a permutation of its axes; the same each time. */
function somePermutation(seed: number) {
  return (name: string, shape: readonly number[]): number[] | null => {
    const random = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, seed);
    if (random % 4 === 0) return null;
    const axes = shape.map((_, axis) => axis);
    return axes.sort((a, b) => (((a + 1) * (random % 97)) % 13) - (((b + 1) * (random % 97)) % 13));
  };
}

/** Whole numbers that int32 holds, and no float64, which is rounded. */
function exact(stateDict: StateDict): StateDict {
  const kept = [...stateDict].filter(([, { dtype }]) => dtype !== 'float64');
  return new Map(
    kept.map(([name, tensor]) => {
      if (!(tensor.data instanceof BigInt64Array)) return [name, tensor];
      return [name, { ...tensor, data: tensor.data.map((value) => BigInt.asIntN(32, value)) }];
    }),
  );
}

async function expectRoundTrip(
  stateDict: StateDict,
  options: Parameters<typeof writeWebFolder>[2] = {},
): Promise<string> {
  const path = folder();
  await writeWebFolder(stateDict, path, options);
  expectSame((await readCheckpoint(path)).stateDict, stateDict);
  expectSame(await receive(localFolder(path)), stateDict);
  return path;
}

describe('a web folder of float32 gives back the state dict', () => {
  it('bit for bit: any dtype, name, bit pattern and permutation', async () => {
    await fc.assert(
      fc.asyncProperty(someState, fc.nat(), async (state, seed) => {
        await expectRoundTrip(exact(state), { permutationOf: somePermutation(seed) });
      }),
      { numRuns: 300 },
    );
  });

  it('with the payload of each NaN, −0 and infinities', async () => {
    const bits = [0x7f800001, 0xffc12345, 0x7fffffff, 0x80000000, 0x7f800000, 0xff800000, 1, 0x3f800000];
    const data = new Float32Array(new Uint32Array(bits).buffer);
    const state: StateDict = new Map([
      ['plain', { dtype: 'float32', shape: [8], data }],
      ['transposed', { dtype: 'float32', shape: [4, 2], data }],
    ]);
    await expectRoundTrip(state, { permutationOf: (name) => (name === 'plain' ? null : [1, 0]) });
  });

  it('scalars, tensors without elements, and ranks up to 64', async () => {
    const shapes = [[], [0], [0, 3], [3, 0], [2, 0, 3], [2, 1, 2, 1, 2, 1, 2, 3], new Array(64).fill(1)];
    const dtypes = Object.keys(bytesPerElement).filter((dtype) => dtype !== 'float64') as DType[];
    const of = (dtype: DType, shape: number[]): HostTensor => {
      const values = Array.from({ length: sizeOf(shape) }, (_, i) => i % 2);
      if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(values, BigInt) };
      const arrays = { int32: Int32Array, int16: Int16Array, int8: Int8Array, uint8: Uint8Array, bool: Uint8Array };
      return { dtype, shape, data: (arrays[dtype as 'int8'] ?? Float32Array).from(values) };
    };
    const state: StateDict = new Map(
      shapes.flatMap((shape) => dtypes.map((dtype) => [`${dtype} [${shape}]`, of(dtype, shape)] as const)),
    );
    await expectRoundTrip(state);
    await expectRoundTrip(state, { permutationOf: (_, shape) => shape.map((_, axis) => shape.length - 1 - axis) });
    await expectRoundTrip(new Map([['empty', of('float32', [0, 3])]]));
    await expectRoundTrip(new Map());
  });

  it('tensors and elements that lie in two shards', async () => {
    const MiB = 2 ** 20;
    const counted = (length: number) => Float32Array.from({ length }, (_, i) => i);
    const state: StateDict = new Map<string, HostTensor>([
      // bool is a byte each, so that the floats behind lie at odd places.
      ['odd', { dtype: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) }],
      ['large', { dtype: 'float32', shape: [1500, 2003], data: counted(1500 * 2003) }],
      ['odd again', { dtype: 'bool', shape: [4 * MiB - 2], data: new Uint8Array(4 * MiB - 2).fill(1) }],
      ['filter', { dtype: 'float32', shape: [256, 128, 5, 5], data: counted(256 * 128 * 25) }],
      ['last', { dtype: 'int32', shape: [], data: new Int32Array([-7]) }],
    ]);
    const path = await expectRoundTrip(state, {
      permutationOf: (_, { length }) => (length === 4 ? [2, 3, 1, 0] : length === 2 ? [1, 0] : null),
    });
    const { paths, bytes } = manifestIn(path).weightsManifest[0]!;
    const total = 3 + 1500 * 2003 * 4 + 4 * MiB - 2 + 256 * 128 * 25 * 4 + 4;
    expect(bytes).to.deep.equal([...new Array(4).fill(4 * MiB), total - 16 * MiB]);
    expect(paths).to.deep.equal([1, 2, 3, 4, 5].map((i) => `weights-00${i}.bin`));
  });

  it('many tensors, whatever their names', async () => {
    const names = [
      '__proto__',
      'constructor',
      'a.b/c',
      '../..',
      '',
      ' ',
      'größe\u2028\u{1f600}',
      '\ud800',
      'w#0',
      'model.json',
    ];
    const state: StateDict = new Map(
      [...names, ...Array.from({ length: 3000 }, (_, i) => `layer.${i}`)].map((name, i) => [
        name,
        { dtype: 'float32', shape: [1, 2], data: new Float32Array([i, -i]) },
      ]),
    );
    await expectRoundTrip(state);
  });

  it('bool and uint8 that are held in a Buffer, in any order', async () => {
    const path = folder();
    const buffer = Buffer.from([0, 1, 1, 0, 1, 1]);
    const state: StateDict = new Map([
      ['bool', { dtype: 'bool', shape: [2, 3], data: buffer }],
      ['uint8', { dtype: 'uint8', shape: [2, 3], data: buffer }],
    ]);
    for (const permutation of [null, [1, 0]]) {
      await writeWebFolder(state, path, { permutationOf: () => permutation, force: true });
      const { stateDict } = await readCheckpoint(path);
      for (const name of state.keys()) expect([...stateDict.get(name)!.data], name).to.deep.equal([0, 1, 1, 0, 1, 1]);
    }
  });

  it('tells which float64 were rounded, as PyTorch rounds them', async () => {
    const path = folder();
    const values = [0.1, 1 + 2 ** -24, 1 + 3 * 2 ** -24, 1e300, -0];
    const report = await writeWebFolder(
      new Map<string, HostTensor>([
        ['double', { dtype: 'float64', shape: [5], data: Float64Array.from(values) }],
        ['single', { dtype: 'float32', shape: [1], data: new Float32Array(1) }],
      ]),
      path,
    );
    expect(report).to.deep.equal({ bytes: 24, shards: 1, rounded: ['double'] });
    const { dtype, data } = (await readCheckpoint(path)).stateDict.get('double')!;
    expect([dtype, ...data]).to.deep.equal(['float64', ...values.map(Math.fround)]);
  });

  it('keeps what else it is told, and progress ends at the total', async () => {
    const path = folder();
    const about = {
      model: { name: 'alexnet', options: { dropout: 0.1 } },
      categories: ['cat', 'dog'],
      transforms: { cropSize: 224 },
    };
    const state: StateDict = new Map([['w', { dtype: 'int64', shape: [2], data: new BigInt64Array(2) }]]);
    const written: unknown[] = [];
    await writeWebFolder(state, path, { ...about, onProgress: (progress) => written.push(progress) });
    expect(written).to.deep.equal([{ written: 16, total: 16 }]);
    const loaded: unknown[] = [];
    const { extra, format } = await readCheckpoint(path, { onProgress: (progress) => loaded.push(progress) });
    expect([format, extra]).to.deep.equal(['tfjs', about]);
    expect(loaded).to.deep.equal([{ loaded: 8, total: 8 }]);
  });
});
