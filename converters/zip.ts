import type { Reader } from '@zip.js/zip.js';
import { CheckpointError } from '../src/core/index.js';
import { expansionLimit } from './limits.js';
import { quote } from './pickle/objects.js';
import type { ByteReader } from './sources/byte-reader.js';

/** One file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  readonly isDeflated: boolean;
  /** Where its local header starts. */
  readonly headerOffset: number;
}

const localHeaderLength = 30;

function damaged(message: string, offset?: number, cause?: unknown): CheckpointError {
  return new CheckpointError(`Zip: ${message}. The file is truncated or damaged: fetch it again.`, { offset, cause });
}

/** What zip.js reads through. It may ask beyond the end, and expects fewer bytes then. */
function zipJsReader(reader: ByteReader): Reader<unknown> {
  const adapter = {
    size: reader.size,
    async readUint8Array(offset: number, length: number) {
      const start = Math.min(Math.max(offset, 0), reader.size);
      return reader.read(start, Math.min(length, reader.size - start));
    },
  };
  return adapter as unknown as Reader<unknown>;
}

/** The contents of a zip archive, by name. */
export class ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  private readonly reader: ByteReader;

  private constructor(reader: ByteReader, entries: ReadonlyMap<string, ZipEntry>) {
    this.reader = reader;
    this.entries = entries;
  }

  /**
   * Reads the central directory.
   *
   * @throws CheckpointError when it is missing, names a file twice, or claims what the archive cannot hold.
   */
  static async open(reader: ByteReader): Promise<ZipArchive> {
    const entries = new Map<string, ZipEntry>();
    try {
      // On demand: only zip files need it, and this light entry of zip.js exists for `import` alone.
      const { ZipReader } = await import('@zip.js/zip.js/lib/zip-core-reader.js');
      const zip = new ZipReader(zipJsReader(reader), { useWebWorkers: false });
      for await (const found of zip.getEntriesGenerator()) {
        if (found.directory) continue;
        if (entries.has(found.filename)) {
          throw new CheckpointError(
            `Zip: expected each name once, got ${quote(found.filename)} twice. The file is no checkpoint.`,
          );
        }
        if (found.encrypted || (found.compressionMethod !== 0 && found.compressionMethod !== 8)) {
          throw new CheckpointError(
            `Zip: expected ${quote(found.filename)} stored or deflated, got ` +
              `${found.encrypted ? 'encrypted' : `compression method ${found.compressionMethod}`}. Save it again in PyTorch.`,
          );
        }
        entries.set(found.filename, {
          name: found.filename,
          size: found.uncompressedSize,
          compressedSize: found.compressedSize,
          isDeflated: found.compressionMethod === 8,
          headerOffset: found.offset,
        });
      }
    } catch (cause) {
      if (cause instanceof CheckpointError || (cause as Error)?.name === 'AbortError') throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CheckpointError(
        `${reader.label}: expected a whole zip archive, got ${reader.size} bytes that are none (${reason}). ` +
          'The file is truncated or damaged: fetch it again.',
        { cause },
      );
    }
    checkSizes([...entries.values()], reader.size);
    return new ZipArchive(reader, entries);
  }

  /** Opens an entry for reading: parts of a stored one straight from the file, a deflated one unpacked as a whole. */
  async openEntry(entry: ZipEntry): Promise<(offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>> {
    const start = await this.dataOffset(entry);
    if (!entry.isDeflated) return (offset, length) => this.reader.read(start + offset, length);
    const unpacked = await inflate(await this.reader.read(start, entry.compressedSize), entry);
    return async (offset, length) => unpacked.slice(offset, offset + length);
  }

  async read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.openEntry(entry))(0, entry.size);
  }

  /** The local header repeats name and extra field with lengths of its own: PyTorch pads there to align the data. */
  private async dataOffset(entry: ZipEntry): Promise<number> {
    const header = await this.reader.read(entry.headerOffset, localHeaderLength);
    const view = new DataView(header.buffer);
    if (view.getUint32(0, true) !== 0x04034b50) {
      throw damaged(
        `expected the header of ${quote(entry.name)} at byte ${entry.headerOffset}, got other bytes`,
        entry.headerOffset,
      );
    }
    return entry.headerOffset + localHeaderLength + view.getUint16(26, true) + view.getUint16(28, true);
  }
}

/** Entries must lie apart and within the file, and unpack to no more than a checkpoint would. */
function checkSizes(entries: ZipEntry[], fileSize: number): void {
  let end = 0;
  let total = 0;
  for (const entry of entries.sort((a, b) => a.headerOffset - b.headerOffset)) {
    if (entry.headerOffset < end || entry.headerOffset + localHeaderLength + entry.compressedSize > fileSize) {
      throw damaged(
        `expected ${quote(entry.name)} in a place of its own, got ${entry.compressedSize} bytes at byte ${entry.headerOffset} ` +
          `of ${fileSize}`,
        entry.headerOffset,
      );
    }
    if (!entry.isDeflated && entry.size !== entry.compressedSize) {
      throw damaged(
        `expected ${quote(entry.name)} stored as ${entry.size} bytes, got ${entry.compressedSize}`,
        entry.headerOffset,
      );
    }
    end = entry.headerOffset + localHeaderLength + entry.compressedSize;
    total += entry.size;
  }
  if (total > expansionLimit(fileSize)) {
    throw new CheckpointError(
      `Zip: expected at most ${expansionLimit(fileSize)} bytes when unpacked, got ${total} from a file of ${fileSize}. ` +
        'This is no checkpoint but a decompression bomb.',
    );
  }
}

/** Unpacks deflated data and stops as soon as it is longer than the directory says. */
async function inflate(packed: Uint8Array<ArrayBuffer>, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const unpacked = new Uint8Array(entry.size);
  let length = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > entry.size) {
        length += value.length;
        await reader.cancel();
        break;
      }
      unpacked.set(value, length);
      length += value.length;
    }
  } catch (cause) {
    throw damaged(
      `expected ${quote(entry.name)} deflated, got an error (${(cause as Error).message})`,
      entry.headerOffset,
      cause,
    );
  }
  if (length !== entry.size) {
    throw damaged(`expected ${quote(entry.name)} to unpack to ${entry.size} bytes, got ${length}`, entry.headerOffset);
  }
  return unpacked;
}
