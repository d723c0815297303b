import { expect } from 'chai';
import { withReadAhead } from '../../../converters/sources/read-ahead.js';
import type { ByteSource } from '../../../converters/sources/source.js';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);

/** A source that notes what is asked of it, and fails the first time it is asked for byte `bad`. */
function noted(reads: [number, number][], bad = -1): ByteSource {
  let fails = true;
  return {
    label: 'noted',
    size: bytes.length,
    async readInto(offset, target) {
      reads.push([offset, target.length]);
      if (offset === bad && fails) {
        fails = false;
        throw new Error('once');
      }
      target.set(bytes.subarray(offset, offset + target.length));
    },
    async close() {
      reads.push([-1, -1]);
    },
  };
}

async function read(source: ByteSource, offset: number, length: number): Promise<number[]> {
  const target = new Uint8Array(length);
  await source.readInto(offset, target);
  return [...target];
}

describe('withReadAhead', () => {
  it('reads small pieces by blocks, large ones directly, and gives the same bytes', async () => {
    const reads: [number, number][] = [];
    const source = withReadAhead(noted(reads), 16);
    for (const [offset, length] of [
      [0, 3],
      [3, 13],
      [14, 4],
      [30, 3],
      [98, 2],
      [5, 16],
    ] as const) {
      expect(await read(source, offset, length)).to.deep.equal([...bytes.subarray(offset, offset + length)]);
    }
    expect(reads).to.deep.equal([
      [0, 16],
      [16, 16],
      [32, 16],
      [96, 4],
      [5, 16],
    ]);
    await source.close();
    expect(reads.at(-1)).to.deep.equal([-1, -1]);
  });

  it('keeps four blocks, the head among them, and forgets the one that was unused for longest', async () => {
    const reads: [number, number][] = [];
    const source = withReadAhead(noted(reads), 16, bytes.slice(0, 16));
    for (const offset of [0, 16, 32, 0, 48, 64, 0, 16]) await read(source, offset, 1);
    expect(reads.map(([offset]) => offset)).to.deep.equal([16, 32, 48, 64, 16]);
  });

  it('asks again for a block that it did not get', async () => {
    const source = withReadAhead(noted([], 16), 16);
    const error = await read(source, 17, 1).catch((cause: Error) => cause.message);
    expect(error).to.equal('once');
    expect(await read(source, 17, 1)).to.deep.equal([17]);
  });
});
