import { crc32 } from '../crc32.js';
import type { Encoding } from '../sinks/sink.js';
import { max16, max32 } from '../zip-records.js';

/** One file of the archive, its bytes made when they are written. */
export interface ZipRecord {
  readonly name: string;
  readonly size: number;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

interface Place {
  readonly record: ZipRecord;
  readonly name: Uint8Array;
  readonly offset: number;
  readonly header: Uint8Array;
}

/** Each record's data starts at a multiple of this, so that it can be mapped into memory. */
const alignment = 64;

/** Little-endian numbers of these widths, one behind the other. */
function pack(...fields: (readonly [width: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((length, [width]) => length + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The zip64 extra field: sizes and offset, those that are too large for 32 bits. Empty where none is. */
function zip64Field(size: number, offset: number, packedSize = size): Uint8Array {
  const large = [...(size >= max32 ? [size, packedSize] : []), ...(offset >= max32 ? [offset] : [])];
  if (large.length === 0) return new Uint8Array(0);
  return pack([2, 1], [2, 8 * large.length], ...large.map((value) => [8, value] as const));
}

/** Names are UTF-8; data is followed by a descriptor with its CRC, so that it is read once. */
function flagsOf({ size }: ZipRecord): number {
  return 0x800 | (size > 0 ? 8 : 0);
}

/** The header before a record's data, with an extra field 'FB' as long as it takes to align the data. */
function localHeader(record: ZipRecord, name: Uint8Array, offset: number): Uint8Array {
  // PyTorch's writer does not know the packed size here yet; the descriptor and the directory say it.
  const zip64 = zip64Field(record.size, offset, 0);
  const end = offset + 30 + name.length + zip64.length + 4;
  const padding = (alignment - (end % alignment)) % alignment;
  return concat(
    pack([4, 0x04034b50], [2, 0], [2, flagsOf(record)], [2, 0], [4, 0], [4, 0], [4, 0], [4, 0]),
    pack([2, name.length], [2, zip64.length + 4 + padding]),
    name,
    zip64,
    pack([2, 0x4246], [2, padding]),
    new Uint8Array(padding).fill(0x5a),
  );
}

/** What follows a record's data. */
function descriptor({ record: { size }, offset }: Place, crc: number): Uint8Array {
  const width = zip64Field(size, offset).length > 0 ? 8 : 4;
  return size === 0 ? new Uint8Array(0) : pack([4, 0x08074b50], [4, crc], [width, size], [width, size]);
}

/** The record's entry in the central directory. */
function centralHeader({ record, name, offset }: Place, crc: number): Uint8Array {
  const zip64 = zip64Field(record.size, offset);
  const size = Math.min(record.size, max32);
  return concat(
    pack([4, 0x02014b50], [2, 0], [2, 0], [2, flagsOf(record)], [2, 0], [4, 0], [4, crc], [4, size], [4, size]),
    pack([2, name.length], [2, zip64.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, Math.min(offset, max32)]),
    name,
    zip64,
  );
}

/** The end of the archive: in 64 bits, which PyTorch always writes, then as before zip64. */
function endOfDirectory(count: number, offset: number, size: number): Uint8Array {
  return concat(
    pack([4, 0x06064b50], [8, 44], [2, 0x31e], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, offset]),
    pack([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]),
    pack([4, 0x06054b50], [2, 0], [2, 0], [2, Math.min(count, max16)], [2, Math.min(count, max16)]),
    pack([4, Math.min(size, max32)], [4, Math.min(offset, max32)], [2, 0]),
  );
}

/**
 * A zip archive as PyTorch's own writer lays it out, byte for byte: stored records, their data aligned, zip64 where needed.
 *
 * Written here and not with a library, because PyTorch finds storages by this very layout
 * (`torch.serialization.config.load.calculate_storage_offsets`), because the size is known beforehand, and because a record costs
 * a microsecond, not a millisecond.
 */
export function torchZip(records: readonly ZipRecord[]): Encoding {
  let end = 0;
  let directorySize = 0;
  const places = records.map((record): Place => {
    const name = new TextEncoder().encode(record.name);
    const place = { record, name, offset: end, header: localHeader(record, name, end) };
    end += place.header.length + record.size + descriptor(place, 0).length;
    directorySize += centralHeader(place, 0).length;
    return place;
  });
  const tail = endOfDirectory(places.length, end, directorySize);
  return {
    size: end + directorySize + tail.length,
    async *chunks() {
      const crcs: number[] = [];
      for (const place of places) {
        yield place.header;
        let crc = 0;
        for await (const chunk of place.record.chunks()) {
          crc = crc32(chunk, crc);
          yield chunk;
        }
        yield descriptor(place, crc);
        crcs.push(crc);
      }
      for (const [index, place] of places.entries()) yield centralHeader(place, crcs[index]!);
      yield tail;
    },
  };
}
