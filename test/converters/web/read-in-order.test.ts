import { expect } from 'chai';
import { openWebFolder, readInOrder, writeWebFolder } from 'tfjs-zoo/converters';
import { localFolder } from '../../../converters/web/local-folder.js';
import type { Folder, StateDict } from '../../../src/core/index.js';
import { rejection } from '../support.js';
import { normal } from './normal.js';
import { expectSame, folderOf, folders, handmade, manifestIn, receive } from './support.js';

const newPath = folders();

/** A folder of ten shards of four bytes, and what became of each reading. */
function slowFolder(failing?: number) {
  const paths = Array.from({ length: 10 }, (_, i) => `${i}.bin`);
  const weights = [{ name: 'w', shape: [10], dtype: 'float32' }];
  const manifest = new TextEncoder().encode(JSON.stringify([{ paths, bytes: paths.map(() => 4), weights }]));
  const asked: { name: string; signal: AbortSignal }[] = [];
  const folder: Folder = {
    ...folderOf({ 'model.json': manifest }),
    async read(name, { signal, onBytes } = {}) {
      if (name === 'model.json') return manifest;
      asked.push({ name, signal: signal! });
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (name === `${failing}.bin`) throw new RangeError('it is gone');
      onBytes?.(4);
      return new Uint8Array(Float32Array.of(Number.parseInt(name, 10)).buffer);
    },
  };
  return { folder, asked };
}

describe('tensors that are read in the order of the shards', () => {
  it('come from a few shards at once, and progress is byte-exact', async () => {
    const { folder, asked } = slowFolder();
    const seen: [values: number[], asked: number, isLast: boolean][] = [];
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
    };
    for await (const { values, isLast } of readInOrder(await openWebFolder(folder), count))
      if (values.length > 0) seen.push([[...values], asked.length, isLast]);
    expect(seen).to.deep.equal(Array.from({ length: 10 }, (_, i) => [[i], Math.min(6 + i, 10), i === 9]));
    expect(bytes).to.equal(40);
  });

  it('end with the first shard that does not come, and the others are stopped', async () => {
    const { folder, asked } = slowFolder(2);
    expect((await rejection(receive(folder))).message).to.equal('it is gone');
    expect(asked.map(({ signal }) => signal.aborted)).to.deep.equal(new Array(8).fill(true));
  });

  it('end when nobody wants more, and the shards that are coming are stopped', async () => {
    const { folder, asked } = slowFolder();
    for await (const { values } of readInOrder(await openWebFolder(folder))) if (values[0] === 0) break;
    expect(asked.map(({ signal }) => signal.aborted)).to.deep.equal(new Array(6).fill(true));
  });

  it('fit together wherever the shards are cut: at odd bytes, within rows of blocks, and with empty ones', async () => {
    const path = newPath();
    const data = normal(2 ** 14).map((value, i) => (i < 128 ? value * 100 : value));
    const state: StateDict = new Map([
      ['flag', { dtype: 'bool', shape: [1], data: Uint8Array.of(1) }],
      ['w', { dtype: 'float32', shape: [128, 128], data }],
      ['half', { dtype: 'float16', shape: [3, 3], data: Float32Array.from(Array(9).keys()) }],
      ['bias', { dtype: 'float32', shape: [300], data: normal(300) }],
      ['none', { dtype: 'float32', shape: [0, 3], data: new Float32Array() }],
    ]);
    const permutationOf = (_: string, { length }: readonly number[]) => (length === 2 ? [1, 0] : null);
    await writeWebFolder(state, path, { dtype: 'uint8', permutationOf });
    const { weights, bytes } = manifestIn(path).weightsManifest[0]!;
    expect(weights.length).to.be.above(60);
    const all = await localFolder(path).read('weights-001.bin');
    expect(bytes).to.deep.equal([all.length]);
    const expected = await receive(localFolder(path));
    for (const size of [7, 130, 1001]) {
      const cuts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      cuts.splice(1, 0, all.subarray(0, 0));
      const paths = cuts.map((_, i) => `${i}.bin`);
      const json = [{ weights, paths, bytes: cuts.map(({ length }) => length) }];
      const other = handmade(newPath(), json, Object.fromEntries(paths.map((name, i) => [name, cuts[i]!])));
      expectSame(await receive(localFolder(other)), expected);
    }
  });
});
