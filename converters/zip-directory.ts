import type { Reader } from '@zip.js/zip.js';
import { CheckpointError } from '../src/core/index.js';
import { expansionLimit } from './limits.js';
import { quote } from './pickle/objects.js';
import type { ByteReader } from './sources/byte-reader.js';

/** One file in a zip archive, as the central directory has it. */
export interface ZipEntry {
  readonly name: string;
  /** The name's bytes, which the local header repeats. */
  readonly rawName: Uint8Array;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  readonly isDeflated: boolean;
  readonly crc32: number;
  /** Where its local header starts. */
  readonly headerOffset: number;
  /** Where the next entry starts, or the file ends: the data is before it. */
  readonly limit: number;
}

export const localHeaderLength = 30;

/** A training state has an entry for each storage, some ten thousand at most; each takes memory here. */
const maxEntries = 2 ** 18;

export function damagedZip(message: string, offset?: number, cause?: unknown): CheckpointError {
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

async function listEntries(reader: ByteReader): Promise<ZipEntry[]> {
  // On demand: only zip files need it, and this light entry of zip.js exists for `import` alone.
  const { ZipReader } = await import('@zip.js/zip.js/lib/zip-core-reader.js');
  const zip = new ZipReader(zipJsReader(reader), { useWebWorkers: false });
  const names = new Set<string>();
  const entries: ZipEntry[] = [];
  for await (const found of zip.getEntriesGenerator()) {
    if (found.directory) continue;
    const { filename: name } = found;
    if (names.has(name)) {
      throw new CheckpointError(`Zip: expected each name once, got ${quote(name)} twice. The file is no checkpoint.`);
    }
    if (found.encrypted || (found.compressionMethod !== 0 && found.compressionMethod !== 8)) {
      throw new CheckpointError(
        `Zip: expected ${quote(name)} stored or deflated, got ` +
          `${found.encrypted ? 'encrypted' : `compression method ${found.compressionMethod ?? 'unknown'}`}. Save it again in PyTorch.`,
      );
    }
    if (entries.length >= maxEntries) {
      throw new CheckpointError(`Zip: expected at most ${maxEntries} entries, got more. The file is no checkpoint.`);
    }
    names.add(name);
    entries.push({
      name,
      rawName: found.rawFilename.slice(),
      size: found.uncompressedSize,
      compressedSize: found.compressedSize,
      isDeflated: found.compressionMethod === 8,
      crc32: (found.crc32 ?? 0) >>> 0,
      headerOffset: found.offset,
      limit: reader.size,
    });
  }
  return entries;
}

/** Entries must lie apart and within the file, and unpack to no more than a checkpoint would. */
function placeEntries(entries: readonly ZipEntry[], fileSize: number): ZipEntry[] {
  const sorted = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  let total = 0;
  const placed = sorted.map((entry, index): ZipEntry => {
    const limit = sorted[index + 1]?.headerOffset ?? fileSize;
    if (entry.headerOffset + localHeaderLength + entry.rawName.length + entry.compressedSize > limit) {
      throw damagedZip(
        `expected ${quote(entry.name)} in a place of its own, got ${entry.compressedSize} bytes at byte ${entry.headerOffset} ` +
          `of the ${limit} before what follows`,
        entry.headerOffset,
      );
    }
    if (!entry.isDeflated && entry.size !== entry.compressedSize) {
      throw damagedZip(
        `expected ${quote(entry.name)} stored as ${entry.size} bytes, got ${entry.compressedSize}`,
        entry.headerOffset,
      );
    }
    total += entry.size;
    return { ...entry, limit };
  });
  if (total > expansionLimit(fileSize)) {
    throw new CheckpointError(
      `Zip: expected at most ${expansionLimit(fileSize)} bytes when unpacked, got ${total} from a file of ${fileSize}. ` +
        'This is no checkpoint but a decompression bomb.',
    );
  }
  return placed;
}

/**
 * Reads the central directory.
 *
 * @throws CheckpointError when it is missing, names a file twice, or claims what the archive cannot hold.
 */
export async function readZipDirectory(reader: ByteReader): Promise<ReadonlyMap<string, ZipEntry>> {
  let entries: ZipEntry[];
  try {
    entries = await listEntries(reader);
  } catch (cause) {
    if (cause instanceof CheckpointError || (cause as Error)?.name === 'AbortError') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(
      `${reader.label}: expected a whole zip archive, got ${reader.size} bytes that are none (${reason}). ` +
        'The file is truncated or damaged: fetch it again.',
      { cause },
    );
  }
  const placed = new Map(placeEntries(entries, reader.size).map((entry) => [entry.name, entry]));
  return new Map(entries.map(({ name }) => [name, placed.get(name)!]));
}
