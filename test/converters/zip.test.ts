import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { crc32 } from '../../converters/crc32.js';
import { ByteReader } from '../../converters/sources/byte-reader.js';
import { fromBytes } from '../../converters/sources/memory.js';
import { torchZip } from '../../converters/write/torch-zip.js';
import { ZipArchive } from '../../converters/zip.js';
import { CheckpointError } from '../../src/core/index.js';
import { bytesOf, chunksOf, fixtureBytes, rejection, uint32, zipOf } from './support.js';

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

  it('refuses more entries than a checkpoint has', async () => {
    const bytes = bytesOf(...(await chunksOf(torchZip([]))));
    const view = new DataView(bytes.buffer);
    view.setUint32(32, 2 ** 20, true);
    view.setUint16(bytes.length - 12, 0xffff, true);
    view.setUint16(bytes.length - 14, 0xffff, true);
    expect((await rejection(open(bytes))).message).to.match(/expected at most 262144 entries, got 1048576/);
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

  const local =
    /expected the header of a at byte 0 to say what the directory says, got another name, method, CRC or size/;
  const lies: [string, Parameters<typeof zipOf>[0], RegExp][] = [
    ['another name', [{ name: 'a', data: hello, local: { name: 'b' } }], local],
    ['a longer name', [{ name: 'a', data: hello, local: { name: 'ab' } }], local],
    ['another method', [{ name: 'a', data: hello, local: { method: 8 } }], local],
    ['another size', [{ name: 'a', data: hello, local: { size: 4 } }], local],
    [
      'data within the next entry',
      [
        { name: 'a', data: hello, local: { padding: 60 } },
        { name: 'b', data: hello },
      ],
      /expected a to end before byte 39, where something else starts, got 5 bytes at byte 91/,
    ],
  ];
  for (const [what, parts, message] of lies) {
    it(`refuses a local header that says ${what}`, async () => {
      const archive = await open(zipOf(parts));
      const error = await rejection(archive.read(archive.entries.get('a')!));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('reads names in UTF-8, flagged or not, or else in Latin-1, and leaves folders out', async () => {
    const utf8 = Buffer.from('é').toString('latin1');
    const names = ['x/', utf8, `${utf8}2`, 'caf\xe9'];
    const zip = await open(zipOf(names.map((name, i) => ({ name, data: bytesOf(), flags: i === 2 ? 0x800 : 0 }))));
    expect([...zip.entries.keys()]).to.deep.equal(['é', 'é2', 'café']);
  });

  describe('of an archive with a zip64 end', () => {
    let whole: Uint8Array<ArrayBuffer>;
    let end: number;
    before(async () => {
      whole = bytesOf(...(await chunksOf(torchZip([{ name: 'a', size: 5, chunks: () => [hello] }]))));
      end = whole.length - 22 - 20 - 56;
    });
    const lies: [string, (view: DataView) => void, RegExp][] = [
      ['another count', (view) => view.setUint8(end + 32, 2), /two ends that differ/],
      ['another size', (view) => view.setUint8(end + 40, 2), /two ends that differ/],
      ['another offset', (view) => view.setUint8(end + 48, 2), /two ends that differ/],
      ['a place that is none', (view) => view.setUint8(end + 56 + 8, 2), /no zip64 end where it should be/],
      ['a place beyond the file', (view) => view.setUint8(end + 56 + 15, 2), /a zip64 end beyond the file/],
      ['no signature', (view) => view.setUint8(end, 2), /no zip64 end where it should be/],
    ];
    for (const [what, lie, message] of lies) {
      it(`refuses ${what}`, async () => {
        const lying = whole.slice();
        lie(new DataView(lying.buffer));
        expect((await rejection(open(lying))).message).to.match(message);
      });
    }

    it('reads the truth', async () => {
      const zip = await open(whole);
      expect(await zip.read(zip.entries.get('a')!)).to.deep.equal(hello);
    });
  });

  it('refuses a directory that is longer than its entries, or that reaches beyond its end', async () => {
    const bytes = zipOf([{ name: 'a', data: hello }]);
    const end = bytes.length - 22;
    const longer = bytesOf(bytes.subarray(0, end), 'abc', bytes.subarray(end));
    longer[end + 3 + 12]! += 3;
    expect((await rejection(open(longer))).message).to.match(/3 bytes behind the 1 entries of the central directory/);
    const beyond = bytes.slice();
    beyond[end + 12]! += 1;
    expect((await rejection(open(beyond))).message).to.match(/a central directory beyond its end/);
    const cut = bytes.slice();
    cut[end - 1 - 17] = 200;
    expect((await rejection(open(cut))).message).to.match(/0 of 1 entries in the central directory/);
  });

  it('reads sizes behind the data (a data descriptor) from the directory', async () => {
    const bytes = zipOf([{ name: 'a', data: hello, flags: 8 }]);
    bytes.fill(0, 14, 26);
    const archive = await open(bytes);
    expect(await archive.read(archive.entries.get('a')!)).to.deep.equal(hello);
  });

  it('refuses a second directory in the comment, a part of several, and absurd counts', async () => {
    const bytes = zipOf([{ name: 'a', data: hello }]);
    const end = bytes.length - 22;
    const inner = zipOf([{ name: 'a', data: bytesOf('other') }]);
    const commented = bytesOf(bytes, inner);
    new DataView(commented.buffer).setUint16(end + 20, inner.length, true);
    const disk = bytes.slice();
    disk[end + 4] = 1;
    const many = bytes.slice();
    many.fill(0xfe, end + 8, end + 12);
    for (const [wrong, message] of [
      [commented, /2 ends of a central directory/],
      [disk, /a part of an archive of several files/],
      [many, /1 of 65278 entries in the central directory/],
    ] as const) {
      const error = await rejection(open(wrong));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    }
  });

  describe('compares CRC-32', () => {
    const large = new Uint8Array(2 ** 20 + 9).map((_, index) => index % 251);
    const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const read = async (bytes: Uint8Array, offset: number, length: number, verify?: boolean) => {
      const archive = await ZipArchive.open(new ByteReader(fromBytes(bytes)), verify);
      return (await archive.openEntry(archive.entries.get('a')!))(offset, length);
    };

    it("with zlib's", () => {
      expect([crc32(bytesOf()), crc32(bytesOf('123456789'))]).to.deep.equal([0, 0xcbf43926]);
      expect(crc32(large.subarray(5), crc32(large.subarray(0, 5)))).to.equal(crc32(large));
    });

    for (const [what, data] of [
      ['small', hello],
      ['large', large],
    ] as const) {
      // The header takes 30 bytes, the name one, the padding three.
      const damaged = flip(zipOf([{ name: 'a', data }]), 34 + data.length - 1);
      it(`of a ${what} stored entry read whole or in parts, unless told not to`, async () => {
        for (const [offset, length] of [
          [0, data.length],
          [0, 2],
        ] as const) {
          const error = await rejection(read(damaged, offset, length));
          expect(error).to.be.instanceOf(CheckpointError);
          expect(error.message).to.match(/expected CRC-32 [0-9a-f]{8} of a, got [0-9a-f]{8} \(verify: false reads it/);
          expect(await read(damaged, offset, length, false)).to.deep.equal(
            flip(data, data.length - 1).slice(offset, offset + length),
          );
        }
        expect(await read(zipOf([{ name: 'a', data }]), 1, 3)).to.deep.equal(data.slice(1, 4));
      });
    }

    it('of a deflated entry', async () => {
      const bytes = zipOf([{ name: 'a', data: packed, size: 5, method: 8, crc32: 7 }]);
      expect((await rejection(read(bytes, 0, 1))).message).to.match(/expected CRC-32 00000007 of a, got 3610a686/);
    });

    it('of nothing where all are 0, and says so', async () => {
      const pickle = bytesOf('}X', uint32(1), 'aNs.');
      const parts = { name: 'x/data.pkl', data: bytesOf('}.') };
      const { warnings } = await readCheckpoint(zipOf([{ ...parts, crc32: 0 }]));
      expect(warnings).to.deep.equal([
        'The file has no CRC-32 of its contents (all are 0), so damage to its tensors goes unnoticed.',
      ]);
      expect((await readCheckpoint(zipOf([parts]))).warnings).to.deep.equal([]);
      const one = zipOf([
        { ...parts, data: pickle, crc32: 0 },
        { name: 'x/version', data: bytesOf('3') },
      ]);
      expect((await rejection(readCheckpoint(one))).message).to.match(/expected CRC-32 00000000 of x\/data.pkl|of "x/);
    });

    it('of a checkpoint, with an option', async () => {
      const bytes = fixtureBytes('mixed.pth');
      const at = bytes.findIndex((_, index) => index > 340 && bytes[index] === 0x80 && bytes[index + 1] === 0x3f);
      const damaged = flip(bytes, at);
      expect((await rejection(readCheckpoint(damaged))).message).to.match(/expected CRC-32/);
      const { stateDict } = await readCheckpoint(damaged, { verify: false });
      expect([...stateDict.get('weight')!.data]).to.deep.equal([1.0078125, 2]);
    });
  });
});
