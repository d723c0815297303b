import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openCheckpoint, readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { ByteReader } from '../../../converters/sources/byte-reader.js';
import { fromBytes } from '../../../converters/sources/memory.js';
import { torchZip, type ZipRecord } from '../../../converters/write/torch-zip.js';
import { ZipArchive } from '../../../converters/zip.js';
import { pythonWith } from '../../support/tools.js';
import { chunksOf, fixtureBytes } from '../support.js';
import { float32, temporaryFolder } from './support.js';

const python = pythonWith('torch');

async function bytesOfArchive(records: readonly ZipRecord[]): Promise<Buffer> {
  const archive = torchZip(records);
  const bytes = Buffer.concat(await chunksOf(archive));
  expect(bytes.length).to.equal(archive.size);
  return bytes;
}

async function recordsOf(bytes: Uint8Array): Promise<ZipRecord[]> {
  const archive = await ZipArchive.open(new ByteReader(fromBytes(bytes)));
  const entries = [...archive.entries.values()].sort((a, b) => a.headerOffset - b.headerOffset);
  return Promise.all(
    entries.map(async (entry) => {
      const data = await archive.read(entry);
      // In pieces of odd lengths, which must not show.
      return { name: entry.name, size: data.length, chunks: () => [data.subarray(0, 13), data.subarray(13)] };
    }),
  );
}

describe("the zip archive of PyTorch's checkpoints", () => {
  for (const file of ['model.pth', 'mixed.pth', 'training-p2.pth', 'views-zip.pth', 'dtypes-zip-p2.pth', 'empty.pth']) {
    it(`puts the records of ${file} as PyTorch did, byte for byte`, async () => {
      const bytes = fixtureBytes(file);
      expect(Buffer.compare(await bytesOfArchive(await recordsOf(bytes)), bytes)).to.equal(0);
    });
  }

  /** A record of more than 4 GiB, whose bytes are not made: they are a hole in the file. */
  const hole: ZipRecord = { name: 'archive/hole', size: 2 ** 32 + 5, chunks: () => [] };

  it('gives a record of more than 4 GiB, and those behind it, the zip64 fields that PyTorch gives them', async () => {
    const small: ZipRecord = { name: 'archive/data/1', size: 3, chunks: () => [Uint8Array.of(1, 2, 3)] };
    const [header, descriptor, nextHeader, , , holeEntry, smallEntry] = (await chunksOf(torchZip([hole, small]))).map(
      (chunk) => Buffer.from(chunk).toString('hex'),
    );
    // Local header: sizes 0, extra field 1 of 16 bytes (size, and 0 for the packed size), then the padding.
    expect(header).to.match(/^504b030400000808(00){18}0c00..00/);
    expect(header).to.contain('0100100005000000010000000000000000000000464');
    expect(header!.length % 128).to.equal(0);
    expect(descriptor).to.equal('504b070800000000'.concat('0500000001000000'.repeat(2)));
    expect(nextHeader).to.match(/^504b0304.*01000800.{8}01000000464/);
    expect(holeEntry).to.match(/ffffffffffffffff0c00140{5}/);
    expect(holeEntry).to.match(/01001000(0500000001000000){2}$/);
    expect(smallEntry).to.match(/ffffffff617263686976652f646174612f3101000800.{8}01000000$/);
  });

  describe('a file of more than 4 GiB', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'large.pth');

    before(async () => {
      const [pickle, ...others] = await recordsOf(await writeTorchCheckpoint(new Map([['w', float32([1, 2, 3])]])));
      const archive = torchZip([hole, pickle!, ...others]);
      const descriptor = openSync(file, 'w');
      let position = 0;
      for (const [index, chunk] of (await chunksOf(archive)).entries()) {
        writeSync(descriptor, chunk, 0, chunk.length, position);
        position += chunk.length + (index === 0 ? hole.size : 0);
      }
      expect(position).to.equal(archive.size);
      ftruncateSync(descriptor, position);
      closeSync(descriptor);
    });

    it('is read here', async () => {
      const { stateDict } = await readCheckpoint(file);
      expect(stateDict.get('w')!.data).to.deep.equal(Float32Array.of(1, 2, 3));
    });

    it('is read by PyTorch (skipped without Python and PyTorch)', function () {
      if (!python) return this.skip();
      const code = 'import sys, torch; print(torch.load(sys.argv[1])["w"].tolist())';
      const { stdout, stderr } = spawnSync(python, ['-c', code, file], { encoding: 'utf8' });
      expect(stdout, stderr).to.equal('[1.0, 2.0, 3.0]\n');
    });
  });

  describe('an archive of more than 65,535 records', function () {
    this.timeout(120_000);
    const file = join(temporaryFolder(), 'many.pth');
    const count = 66_000;

    before(async () => {
      const state = new Map(Array.from({ length: count }, (_, i) => [`t${i}`, float32([i], [])]));
      await writeTorchCheckpoint(state, file);
    });

    it('is read here', async () => {
      const checkpoint = await openCheckpoint(file);
      expect(checkpoint.entries.length).to.equal(count);
      expect((await checkpoint.read(`t${count - 1}`)).data).to.deep.equal(Float32Array.of(count - 1));
      await checkpoint.close();
    });

    it('is read by PyTorch and by Python (skipped without Python and PyTorch)', function () {
      if (!python) return this.skip();
      const code = `import struct, sys, torch, zipfile
last = torch._C.PyTorchFileReader(sys.argv[1]).get_record('data/${count - 1}')
archive = zipfile.ZipFile(sys.argv[1])
print(struct.unpack('<f', last)[0], len(archive.namelist()), archive.testzip())`;
      const { stdout, stderr } = spawnSync(python, ['-c', code, file], { encoding: 'utf8' });
      expect(stdout, stderr).to.equal(`${count - 1}.0 ${count + 3} None\n`);
    });
  });
});
