import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { ZooError } from 'tfjs-zoo';
import { readIdx } from '../../src/datasets/idx.js';
import { idx, images, rejection } from './support.js';

const bytesOf = (buffer: Uint8Array) => new Uint8Array(buffer);
const gzip = (bytes: Uint8Array) => bytesOf(gzipSync(bytes));

async function messageOf(file: Uint8Array<ArrayBuffer>, rank = 1): Promise<string> {
  const error = await rejection(readIdx('a.gz', file, rank));
  expect(error).to.be.instanceOf(ZooError);
  expect(error.message).to.not.include('\n');
  return error.message;
}

describe('an IDX file', () => {
  it('is read as it lies, or unpacked', async () => {
    const file = idx([2, 1, 3], [1, 2, 3, 4, 5, 6]);
    for (const packed of [file, gzip(file)]) {
      const { shape, data } = await readIdx('a', packed, 3);
      expect(shape).to.deep.equal([2, 1, 3]);
      expect([...data]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    }
  });

  it('is read where it lies behind other bytes', async () => {
    const file = idx([2], [7, 8]);
    const behind = new Uint8Array(file.length + 5);
    behind.set(file, 5);
    expect([...(await readIdx('a', behind.subarray(5), 1)).data]).to.deep.equal([7, 8]);
  });

  it('keeps no more memory than its values', async () => {
    const { data } = await readIdx('a', gzip(images(100)), 3);
    expect(data.buffer.byteLength).to.equal(78_400);
  });

  it('of another kind is refused', async () => {
    expect(await messageOf(bytesOf(Buffer.from('PK\x03\x04 and more')))).to.equal(
      'a.gz: expected an IDX file of bytes with 1 axes (it begins with 00 00 08 01), gzipped or not, got one that begins with 50 4b 03 04. Get the file again.',
    );
    expect(await messageOf(new Uint8Array(0))).to.include('got one that begins with nothing.');
    expect(await messageOf(gzip(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0)))).to.include(
      'got one that begins with 00 00 0d 01.',
    );
    expect(await messageOf(idx([1], [1]), 3)).to.include(
      'with 3 axes (it begins with 00 00 08 03), gzipped or not, got one that begins with 00 00 08 01.',
    );
  });

  it('that ends early is refused', async () => {
    expect(await messageOf(idx([3], [1, 2]))).to.equal(
      'a.gz: expected 11 bytes for the shape [3] of its header, got 10 (the file is truncated). Get the file again.',
    );
    expect(await messageOf(gzip(idx([3], [1, 2])))).to.include(
      'expected 11 bytes for the shape [3] of its header, got 10',
    );
    expect(await messageOf(idx([3]).subarray(0, 6))).to.equal(
      'a.gz: expected a header of 8 bytes, got 6 (the file is truncated). Get the file again.',
    );
  });

  it('that goes on behind its end is refused', async () => {
    const expected = 'expected 9 bytes for the shape [1] of its header, got more (bytes trail behind them).';
    expect(await messageOf(idx([1], [1, 2]))).to.include(expected);
    expect(await messageOf(gzip(idx([1], [1, 2])))).to.include(expected);
  });

  it('is refused where its gzip is damaged', async () => {
    const whole = gzip(images(20));
    const cut = whole.subarray(0, whole.length - 5);
    expect(await messageOf(cut, 3)).to.equal(
      `a.gz: expected a whole gzip file, got ${cut.length} bytes that cannot be unpacked (unexpected end of file). Get the file again.`,
    );
    const decayed = whole.slice();
    decayed[decayed.length - 6]! ^= 1; // of the checksum
    expect(await messageOf(decayed, 3)).to.include('that cannot be unpacked (incorrect data check).');
    const trailing = bytesOf(Buffer.concat([whole, Buffer.from('junk')]));
    expect(await messageOf(trailing, 3)).to.include('that cannot be unpacked (incorrect header check).');
  });

  it('may announce anything and gets no memory for it', async () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await messageOf(idx([2 ** 31, 28, 28]), 3)).to.equal(
      'a.gz: expected at most 2147483648 bytes, got a header that announces [2147483648, 28, 28]. The file is damaged, or no data set: get it again.',
    );
    expect(await messageOf(gzip(idx([2_000_000, 28, 28])), 3)).to.include(
      'expected 1568000016 bytes for the shape [2000000, 28, 28] of its header, got 16 (the file is truncated).',
    );
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 24);
  });

  it('is not unpacked beyond what it announces', async () => {
    const bomb = gzip(idx([5], new Uint8Array(2 ** 28)));
    const before = process.memoryUsage().arrayBuffers;
    expect(await messageOf(bomb)).to.include('expected 13 bytes for the shape [5] of its header, got more');
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 24);
  });

  it('gives its values or a ZooError, whatever befalls it', async () => {
    const base = idx([2, 3], [1, 2, 3, 4, 5, 6]);
    const packed = gzip(base);
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) });
    const mutation = fc.record({
      isPacked: fc.boolean(),
      changes: fc.array(change, { maxLength: 4 }),
      length: fc.double({ min: 0, max: 1.5, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ isPacked, changes, length }) => {
        const original = isPacked ? packed : base;
        const file = new Uint8Array(Math.floor(length * original.length));
        file.set(original.subarray(0, file.length));
        for (const { at, byte } of changes) file[Math.floor(at * file.length)] = byte;
        try {
          const { shape, data } = await readIdx('a', file, 2);
          expect(data.length).to.equal(shape[0]! * shape[1]!);
        } catch (error) {
          expect(error).to.be.instanceOf(ZooError);
        }
      }),
      { numRuns: 500 },
    );
    expect(gunzipSync(packed)).to.deep.equal(Buffer.from(base));
  });
});
