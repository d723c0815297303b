import { CheckpointError } from '../src/core/index.js';
import type { ByteReader } from './sources/byte-reader.js';

/** What the central directory says of one file, zip64 fields taken in. */
export interface DirectoryRecord {
  readonly name: string;
  /** The name's bytes, which the local header repeats. */
  readonly rawName: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** Where the central directory lies, as the end of the archive says. */
interface Place {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

const endLength = 22;
const locatorLength = 20;
const zip64EndLength = 56;
const recordLength = 46;

/** A comment, which ends the archive, is at most this long. */
const maxComment = 0xffff;

/** What a field says when the truth is in a zip64 field. */
export const max16 = 0xffff;
export const max32 = 0xffffffff;

const isUtf8 = 0x800;

/** A training state has an entry for each storage, some ten thousand at most; each takes memory here. */
const maxEntries = 2 ** 18;

function broken(reader: ByteReader, reason: string, offset?: number): CheckpointError {
  return new CheckpointError(
    `${reader.label}: expected a whole zip archive, got ${reader.size} bytes that are none (${reason}). ` +
      'The file is truncated or damaged: fetch it again.',
    { offset },
  );
}

async function viewAt(reader: ByteReader, offset: number, length: number): Promise<DataView> {
  return new DataView((await reader.read(offset, length)).buffer);
}

/** An 8-byte number; those beyond 2⁵³ lose digits, which does not matter: no file has them. */
function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** The last record of the archive, whose comment reaches to the end of the file; a comment that holds another is a trap. */
async function findEnd(reader: ByteReader): Promise<number> {
  const length = Math.min(reader.size, endLength + maxComment);
  const start = reader.size - length;
  const view = await viewAt(reader, start, length);
  const ends: number[] = [];
  for (let at = length - endLength; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    if (at + endLength + view.getUint16(at + 20, true) === length) ends.push(start + at);
  }
  const [end] = ends;
  if (end === undefined || ends.length > 1) throw broken(reader, `${ends.length} ends of a central directory`);
  return end;
}

/** Reads the end of the archive, in 64 bits where there is one; where both say a number, it must be the same. */
async function readEnd(reader: ByteReader): Promise<Place> {
  const end = await findEnd(reader);
  const view = await viewAt(reader, end, endLength);
  const short = {
    count: view.getUint16(10, true),
    size: view.getUint32(12, true),
    offset: view.getUint32(16, true),
  };
  const disks = [view.getUint16(4, true), view.getUint16(6, true)];
  if (disks.some((disk) => disk !== 0 && disk !== max16) || view.getUint16(8, true) !== short.count) {
    throw broken(reader, 'a part of an archive of several files', end);
  }
  const locator = end >= locatorLength ? await viewAt(reader, end - locatorLength, locatorLength) : undefined;
  let place = short;
  let limit = end;
  if (locator?.getUint32(0, true) === 0x07064b50) {
    limit = uint64(locator, 8);
    if (limit + zip64EndLength > end) throw broken(reader, 'a zip64 end beyond the file', end - locatorLength);
    const long = await viewAt(reader, limit, zip64EndLength);
    if (long.getUint32(0, true) !== 0x06064b50) throw broken(reader, 'no zip64 end where it should be', limit);
    place = { count: uint64(long, 32), size: uint64(long, 40), offset: uint64(long, 48) };
    const agrees =
      (short.count === max16 || short.count === place.count) &&
      (short.size === max32 || short.size === place.size) &&
      (short.offset === max32 || short.offset === place.offset);
    if (!agrees) throw broken(reader, 'two ends that differ', limit);
  }
  if (place.offset + place.size > limit) throw broken(reader, 'a central directory beyond its end', end);
  return place;
}

/** Names are UTF-8 where flagged, and by most who do not flag it; a name of other bytes is taken as Latin-1. */
function nameOf(raw: Uint8Array, flags: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: (flags & isUtf8) === 0 }).decode(raw);
  } catch {
    return new TextDecoder('latin1').decode(raw);
  }
}

/** The zip64 extra field: 64-bit numbers for those fields, in this order, that say so. */
function zip64Numbers(extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const [id, length] = [extra.getUint16(at, true), extra.getUint16(at + 2, true)];
    if (at + 4 + length > extra.byteLength) break;
    if (id === 1)
      return Array.from({ length: Math.floor(length / 8) }, (_, index) => uint64(extra, at + 4 + 8 * index));
    at += 4 + length;
  }
  return [];
}

/**
 * Reads the central directory: a record for each file, as it was written.
 *
 * Our own, and not a library's, for a state dict of tens of thousands of tensors takes a library seconds, and because
 * what is ambiguous must be refused here, not resolved.
 *
 * @throws CheckpointError when it is missing or cut off, or says of itself what is not so.
 */
export async function readZipRecords(reader: ByteReader): Promise<DirectoryRecord[]> {
  const { count, offset, size } = await readEnd(reader);
  if (count > maxEntries) {
    throw new CheckpointError(`Zip: expected at most ${maxEntries} entries, got ${count}. The file is no checkpoint.`);
  }
  const bytes = await reader.read(offset, size);
  const view = new DataView(bytes.buffer);
  const records: DirectoryRecord[] = [];
  let at = 0;
  while (records.length < count) {
    const isRecord = at + recordLength <= size && view.getUint32(at, true) === 0x02014b50;
    const lengths = isRecord ? [28, 30, 32].map((field) => view.getUint16(at + field, true)) : [];
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const next = at + recordLength + nameLength + extraLength + commentLength;
    if (!isRecord || next > size) {
      throw broken(reader, `${records.length} of ${count} entries in the central directory`, offset + at);
    }
    const extraStart = at + recordLength + nameLength;
    const rawName = bytes.subarray(at + recordLength, extraStart);
    const long = zip64Numbers(new DataView(bytes.buffer, extraStart, extraLength));
    const [unpacked, packed, headerOffset] = [24, 20, 42].map((field) => {
      const value = view.getUint32(at + field, true);
      return value === max32 ? (long.shift() ?? value) : value;
    }) as [number, number, number];
    const flags = view.getUint16(at + 8, true);
    records.push({
      name: nameOf(rawName, flags),
      rawName,
      flags,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      compressedSize: packed,
      size: unpacked,
      headerOffset,
    });
    at = next;
  }
  if (at !== size)
    throw broken(reader, `${size - at} bytes behind the ${count} entries of the central directory`, offset + at);
  return records;
}
