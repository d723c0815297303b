import { expect } from 'chai';
import { readCheckpoint, writeSafetensors } from 'tfjs-zoo/converters';
import type { StateDict } from '../../../src/core/index.js';
import { expectGolden, fixtureBytes } from '../support.js';
import { float32 } from './support.js';

/** The JSON of a safetensors file, its padding included. */
function headerOf(bytes: Uint8Array): string {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(bytes.subarray(8, 8 + length));
}

describe('writeSafetensors', () => {
  for (const file of ['library.safetensors', 'library-order.safetensors']) {
    it(`writes the tensors of ${file} as the safetensors library did, byte for byte, in whatever order they come`, async () => {
      const bytes = fixtureBytes(file);
      const { stateDict, extra } = await readCheckpoint(bytes);
      expect(stateDict.size).to.be.greaterThan(8);
      const metadata = extra as Record<string, string>;
      const backwards: StateDict = new Map([...stateDict].reverse());
      expect(Buffer.compare(await writeSafetensors(backwards, undefined, { metadata }), bytes)).to.equal(0);
    });
  }

  it('gives back every bit of every dtype', async () => {
    for (const file of ['dtypes-zip-p2.pth', 'mixed.pth', 'views-zip.pth']) {
      const { stateDict } = await readCheckpoint(fixtureBytes(file));
      const again = await readCheckpoint(await writeSafetensors(stateDict));
      expectGolden(new Map([...stateDict.keys()].map((name) => [name, again.stateDict.get(name)!])), file);
    }
  });

  it('says format pt, as transformers asks for, beside metadata of your own, unless told otherwise', async () => {
    const state: StateDict = new Map([['a', float32([1])]]);
    const tensor = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    expect(headerOf(await writeSafetensors(state)).trimEnd()).to.equal(`{"__metadata__":{"format":"pt"},${tensor}}`);
    const epoch = await writeSafetensors(state, undefined, { metadata: { epoch: '3' } });
    expect(headerOf(epoch).trimEnd()).to.equal(`{"__metadata__":{"format":"pt","epoch":"3"},${tensor}}`);
    const mlx = await writeSafetensors(state, undefined, { metadata: { format: 'mlx' } });
    expect(headerOf(mlx).trimEnd()).to.equal(`{"__metadata__":{"format":"mlx"},${tensor}}`);
  });

  it('writes an empty state dict, and pads every header to a multiple of 8', async () => {
    const bytes = await writeSafetensors(new Map());
    expect(headerOf(bytes)).to.equal('{"__metadata__":{"format":"pt"}}');
    expect((await readCheckpoint(bytes)).stateDict.size).to.equal(0);
    for (const name of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg']) {
      const header = headerOf(await writeSafetensors(new Map([[name, float32([1])]])));
      expect(Buffer.byteLength(header) % 8, name).to.equal(0);
      expect(JSON.parse(header)[name].shape).to.deep.equal([1]);
    }
  });

  it('writes part of a larger array, a Buffer, and any nonzero bool as 1', async () => {
    const whole = Float32Array.of(0, 1, 2, 3);
    const state: StateDict = new Map([
      ['part', { dtype: 'float32', shape: [2], data: whole.subarray(1, 3) }],
      ['buffer', { dtype: 'uint8', shape: [2], data: Buffer.from([8, 9]) }],
      ['mask', { dtype: 'bool', shape: [3], data: Uint8Array.of(0, 1, 7) }],
    ]);
    const { stateDict } = await readCheckpoint(await writeSafetensors(state));
    expect(stateDict.get('part')!.data).to.deep.equal(Float32Array.of(1, 2));
    expect(stateDict.get('buffer')!.data).to.deep.equal(Uint8Array.of(8, 9));
    expect(stateDict.get('mask')!.data).to.deep.equal(Uint8Array.of(0, 1, 1));
  });

  it('does not touch the tensors that it writes', async () => {
    const state: StateDict = new Map([
      ['half', { dtype: 'float16', shape: [1], data: Float32Array.of(0.1) }],
      ['mask', { dtype: 'bool', shape: [1], data: Uint8Array.of(7) }],
    ]);
    await writeSafetensors(state);
    expect(state.get('half')!.data).to.deep.equal(Float32Array.of(0.1));
    expect(state.get('mask')!.data).to.deep.equal(Uint8Array.of(7));
  });
});
