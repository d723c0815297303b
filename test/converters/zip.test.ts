import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { ByteReader } from '../../converters/sources/byte-reader.js';
import { fromBytes } from '../../converters/sources/memory.js';
import { ZipArchive } from '../../converters/zip.js';
import { CheckpointError } from '../../src/core/index.js';
import { bytesOf, rejection, zipOf } from './support.js';

function open(bytes: Uint8Array): Promise<ZipArchive> {
  return ZipArchive.open(new ByteReader(fromBytes(bytes)));
}

const hello = bytesOf('hello');
const packed = new Uint8Array(deflateRawSync(hello));

describe('ZipArchive', () => {
  it('reads stored and deflated entries, and their parts', async () => {
    const archive = await open(
      zipOf([
        { name: 'a', data: hello },
        { name: 'b', data: packed, size: 5, method: 8 },
        { name: 'empty', data: bytesOf() },
      ]),
    );
    expect([...archive.entries.keys()]).to.deep.equal(['a', 'b', 'empty']);
    for (const name of ['a', 'b']) {
      expect(await archive.read(archive.entries.get(name)!)).to.deep.equal(hello);
      const read = await archive.openEntry(archive.entries.get(name)!);
      expect(await read(1, 3)).to.deep.equal(bytesOf('ell'));
    }
    expect(await archive.read(archive.entries.get('empty')!)).to.deep.equal(bytesOf());
  });

  it('reads sizes and offsets from the zip64 field', async () => {
    const archive = await open(
      zipOf([
        { name: 'a', data: hello, zip64: true },
        { name: 'b', data: hello, zip64: true },
      ]),
    );
    expect(await archive.read(archive.entries.get('b')!)).to.deep.equal(hello);
  });

  const wrong: [string, Parameters<typeof zipOf>[0], RegExp][] = [
    [
      'a name given twice',
      [
        { name: 'a', data: hello },
        { name: 'a', data: hello },
      ],
      /each name once, got a twice/,
    ],
    ['encryption', [{ name: 'a', data: hello, flags: 1 }], /a stored or deflated, got encrypted/],
    [
      'another compression',
      [{ name: 'a', data: hello, method: 14 }],
      /a stored or deflated, got compression method 14/,
    ],
    [
      'an entry beyond the file',
      [{ name: 'a', data: hello, size: 9999, compressedSize: 9999 }],
      /a in a place of its own, got 9999 bytes at byte 0 of/,
    ],
    [
      'an offset beyond the file',
      [{ name: 'a', data: hello, offset: 99999 }],
      /a in a place of its own, got 5 bytes at byte 99999 of/,
    ],
    [
      'overlapping entries',
      [
        { name: 'a', data: hello },
        { name: 'b', data: hello, offset: 10 },
      ],
      /a in a place of its own, got 5 bytes at byte 0 of the 10 before what follows/,
    ],
    ['two sizes of a stored entry', [{ name: 'a', data: hello, size: 4 }], /a stored as 4 bytes, got 5/],
    [
      'absurd sizes',
      [{ name: 'a', data: hello, method: 8, size: 2 ** 31 }],
      /at most 67108864 bytes when unpacked, got 2147483648 from a file of/,
    ],
    [
      'absurd zip64 sizes',
      [{ name: 'a', data: hello, method: 8, size: 2 ** 52, zip64: true }],
      /got 4503599627370496 from a file of/,
    ],
  ];
  for (const [what, parts, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(open(zipOf(parts)));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('refuses an entry that unpacks to more or less than the directory says, or not at all', async () => {
    for (const [size, data] of [
      [4, packed],
      [6, packed],
    ] as const) {
      const archive = await open(zipOf([{ name: 'a', data, method: 8, size }]));
      const error = await rejection(archive.read(archive.entries.get('a')!));
      expect(error.message).to.include(`expected a to unpack to ${size} bytes, got 5`);
    }
    const archive = await open(zipOf([{ name: 'a', data: hello, method: 8, size: 5 }]));
    const error = await rejection(archive.read(archive.entries.get('a')!));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(/expected a deflated, got an error/);
  });

  it('names the file that was cut off', async () => {
    const bytes = zipOf([{ name: 'a', data: hello }]).subarray(0, 40);
    const error = await rejection(open(bytes));
    expect(error).to.be.instanceOf(CheckpointError);
    const { label } = fromBytes(bytes);
    expect(error.message).to.include(`${label}: expected a whole zip archive, got 40 bytes that are none (`);
    expect(error.message).to.match(/The file is truncated or damaged: fetch it again\.$/);
  });

  it('refuses an offset at which no entry starts', async () => {
    const bytes = zipOf([{ name: 'a', data: hello }]);
    bytes[0] = 0;
    const archive = await rejection(open(bytes).then((zip) => zip.read(zip.entries.get('a')!)));
    expect(archive.message).to.include('Zip: expected');
  });

  it('stops at a decompression bomb of 100 MB in 100 KB', async () => {
    const zeros = new Uint8Array(deflateRawSync(Buffer.alloc(100 * 2 ** 20)));
    const bomb = zipOf([{ name: 'x/data.pkl', data: zeros, method: 8, size: 100 * 2 ** 20 }]);
    expect((await rejection(readCheckpoint(bomb))).message).to.match(/This is no checkpoint but a decompression bomb/);
    const liar = zipOf([{ name: 'x/data.pkl', data: zeros, method: 8, size: 1000 }]);
    expect((await rejection(readCheckpoint(liar))).message).to.match(
      /expected x\/data.pkl|expected "x\/data.pkl" to unpack to 1000 bytes/,
    );
  });
});
