import { crc32 } from './crc32.js';
import { inflate } from './inflate.js';
import { quote } from './pickle/objects.js';
import type { ByteReader } from './sources/byte-reader.js';
import { damagedZip, localHeaderLength, readZipDirectory, type ZipEntry } from './zip-directory.js';

/** Reads a part of an entry into memory of its own. */
type ReadPart = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;

/** An entry of up to this size is kept in memory once it is read; a larger one of which parts are asked for is passed over to check it. */
const keptSize = 2 ** 20;

/** Large enough to cost nothing, small enough to be no second copy of a large entry. */
const pieceSize = 8 * 2 ** 20;

/** A bit of the flags: CRC and sizes come behind the data, and only the central directory has them in advance. */
const sizesBehindData = 0x08;

/** The contents of a zip archive, by name. */
export class ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Whether the directory has CRCs. PyTorch leaves them 0 when told not to compute them. */
  readonly hasChecksums: boolean;
  private readonly reader: ByteReader;
  private readonly unchecked: Set<string>;

  private constructor(reader: ByteReader, entries: ReadonlyMap<string, ZipEntry>, verify: boolean) {
    this.reader = reader;
    this.entries = entries;
    this.hasChecksums = [...entries.values()].some((entry) => entry.crc32 !== 0);
    this.unchecked = new Set(verify && this.hasChecksums ? entries.keys() : []);
  }

  /**
   * Reads the central directory.
   *
   * @param verify - Whether the CRC of each entry that is read is compared with the directory's.
   * @throws CheckpointError when it is missing, names a file twice, or claims what the archive cannot hold.
   */
  static async open(reader: ByteReader, verify = true): Promise<ZipArchive> {
    return new ZipArchive(reader, await readZipDirectory(reader), verify);
  }

  /** Opens an entry for reading: parts of a large stored one straight from the file, any other as a whole. */
  async openEntry(entry: ZipEntry): Promise<ReadPart> {
    const start = await this.dataOffset(entry);
    if (entry.isDeflated || entry.size <= keptSize) {
      const packed = await this.reader.read(start, entry.compressedSize);
      const whole = entry.isDeflated ? await inflate(packed, entry) : packed;
      this.check(entry, () => crc32(whole));
      return async (offset, length) => whole.slice(offset, offset + length);
    }
    return async (offset, length) => {
      const isWhole = length === entry.size;
      if (!isWhole) await this.passOver(entry, start);
      const part = await this.reader.read(start + offset, length);
      if (isWhole) this.check(entry, () => crc32(part));
      return part;
    };
  }

  async read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.openEntry(entry))(0, entry.size);
  }

  /** Checks a stored entry that is too large to keep: read through once, a piece at a time. */
  private async passOver(entry: ZipEntry, start: number): Promise<void> {
    if (!this.unchecked.has(entry.name)) return;
    let crc = 0;
    for (let done = 0; done < entry.size; done += pieceSize) {
      crc = crc32(await this.reader.read(start + done, Math.min(pieceSize, entry.size - done)), crc);
    }
    this.check(entry, () => crc);
  }

  private check(entry: ZipEntry, compute: () => number): void {
    if (!this.unchecked.has(entry.name)) return;
    const got = compute();
    if (got !== entry.crc32) {
      throw damagedZip(
        `expected CRC-32 ${hex(entry.crc32)} of ${quote(entry.name)}, got ${hex(got)} (verify: false reads it nevertheless)`,
        entry.headerOffset,
      );
    }
    this.unchecked.delete(entry.name);
  }

  /**
   * Reads the local header, which repeats what the directory says, with an extra field of its own: PyTorch pads there to
   * align the data.
   */
  private async dataOffset(entry: ZipEntry): Promise<number> {
    const { headerOffset, rawName } = entry;
    const header = await this.reader.read(headerOffset, localHeaderLength + rawName.length);
    const view = new DataView(header.buffer);
    if (view.getUint32(0, true) !== 0x04034b50) {
      throw damagedZip(
        `expected the header of ${quote(entry.name)} at byte ${headerOffset}, got other bytes`,
        headerOffset,
      );
    }
    const name = header.subarray(localHeaderLength);
    const behind = (view.getUint16(6, true) & sizesBehindData) !== 0;
    const agrees = (at: number, value: number, unknown: number) => {
      const got = view.getUint32(at, true);
      return got === value || got === unknown || (behind && got === 0);
    };
    if (
      view.getUint16(26, true) !== rawName.length ||
      rawName.some((byte, index) => byte !== name[index]) ||
      view.getUint16(8, true) !== (entry.isDeflated ? 8 : 0) ||
      !agrees(14, entry.crc32, entry.crc32) ||
      !agrees(18, entry.compressedSize, 0xffffffff) ||
      !agrees(22, entry.size, 0xffffffff)
    ) {
      throw damagedZip(
        `expected the header of ${quote(entry.name)} at byte ${headerOffset} to say what the directory says, got another name, ` +
          'method, CRC or size',
        headerOffset,
      );
    }
    const start = headerOffset + localHeaderLength + rawName.length + view.getUint16(28, true);
    if (start + entry.compressedSize > entry.limit) {
      throw damagedZip(
        `expected ${quote(entry.name)} to end before byte ${entry.limit}, where something else starts, got ` +
          `${entry.compressedSize} bytes at byte ${start}`,
        start,
      );
    }
    return start;
  }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
