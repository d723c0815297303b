import { CheckpointError } from '../src/core/index.js';
import { expansionLimit } from './limits.js';
import { quote } from './pickle/objects.js';
import type { ByteReader } from './sources/byte-reader.js';
import { readZipRecords } from './zip-records.js';

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

const deflated = 8;

/** A bit of the flags. */
const encrypted = 1;

export function damagedZip(message: string, offset?: number, cause?: unknown): CheckpointError {
  return new CheckpointError(`Zip: ${message}. The file is truncated or damaged: fetch it again.`, { offset, cause });
}

/** The files of the archive: folders have no data, and are left out. */
async function listEntries(reader: ByteReader): Promise<ZipEntry[]> {
  const names = new Set<string>();
  const entries: ZipEntry[] = [];
  for (const { name, flags, method, ...record } of await readZipRecords(reader)) {
    if (name.endsWith('/') && record.size === 0) continue;
    if (names.has(name)) {
      throw new CheckpointError(`Zip: expected each name once, got ${quote(name)} twice. The file is no checkpoint.`);
    }
    const isEncrypted = (flags & encrypted) !== 0;
    if (isEncrypted || (method !== 0 && method !== deflated)) {
      throw new CheckpointError(
        `Zip: expected ${quote(name)} stored or deflated, got ` +
          `${isEncrypted ? 'encrypted' : `compression method ${method}`}. Save it again in PyTorch.`,
      );
    }
    names.add(name);
    entries.push({ ...record, name, isDeflated: method === deflated, limit: reader.size });
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
  const entries = await listEntries(reader);
  const placed = new Map(placeEntries(entries, reader.size).map((entry) => [entry.name, entry]));
  return new Map(entries.map(({ name }) => [name, placed.get(name)!]));
}
