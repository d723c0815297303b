import { CheckpointError } from '../src/core/index.js';
import { quote } from './pickle/objects.js';
import type { ByteReader } from './sources/byte-reader.js';

/** A file in a tar archive. */
export interface TarMember {
  readonly name: string;
  /** Where its data starts. */
  readonly start: number;
  readonly size: number;
}

const blockSize = 512;

/** PyTorch wrote four members and their extended headers. */
const maxMembers = 1000;

/** Extended headers and long names are read whole; no path or time takes this. */
const maxHeaderData = 2 ** 20;

function damaged(message: string, offset: number): CheckpointError {
  return new CheckpointError(`Tar, byte ${offset}: ${message}. The file is truncated or damaged: fetch it again.`, {
    offset,
  });
}

const latin1 = new TextDecoder('latin1');

/** A field of text: up to its first NUL. */
function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** A number in octal digits, or, where the first bit is set, in big-endian bytes (GNU, for 8 GiB and more). */
function numberOf(field: Uint8Array, what: string, offset: number): number {
  if (field[0]! & 0x80) {
    const value = field.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x7f : byte), 0);
    if (Number.isSafeInteger(value)) return value;
  } else {
    const digits = latin1.decode(field).replace(/\0.*$/s, '').trim();
    if (/^[0-7]*$/.test(digits)) return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  throw damaged(`expected ${what} in octal digits, got ${quote(latin1.decode(field))}`, offset);
}

function checkSum(header: Uint8Array, offset: number): void {
  const expected = numberOf(header.subarray(148, 156), 'a checksum', offset);
  // The sum is taken with spaces where it will be.
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== expected) throw damaged(`expected a header of checksum ${expected}, got ${sum}`, offset);
}

/** The records of an extended header, `LENGTH KEY=VALUE\n` each: those that say where a member is. */
function parseExtended(data: Uint8Array, offset: number): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let start = 0; start < data.length; ) {
    const digits = /^(\d{1,8}) /.exec(latin1.decode(data.subarray(start, start + 9)));
    const length = Number(digits?.[1]);
    // The shortest record: its length, a space, an equals sign, a newline.
    if (!digits || !(length >= digits[0].length + 2) || start + length > data.length) {
      throw damaged('expected an extended header of records with their lengths, got other bytes', offset);
    }
    const record = new TextDecoder().decode(data.subarray(start + digits[0].length, start + length - 1));
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)];
    if (key === 'path') found.path = value;
    if (key === 'size') {
      if (!/^\d{1,15}$/.test(value)) throw damaged(`expected a size in digits, got ${quote(value)}`, offset);
      found.size = Number(value);
    }
    start += length;
  }
  return found;
}

/**
 * Lists those files of a tar archive (ustar, PAX, GNU) that have one of these names.
 *
 * @throws CheckpointError when a header is damaged, a file lies beyond the end or is there twice.
 */
export async function readTar(reader: ByteReader, names: readonly string[]): Promise<ReadonlyMap<string, TarMember>> {
  const members = new Map<string, TarMember>();
  let extended: { path?: string; size?: number } = {};
  let count = 0;
  for (let offset = 0; offset < reader.size; count++) {
    if (count >= maxMembers) throw damaged(`expected at most ${maxMembers} members, got more`, offset);
    const header = await reader.read(offset, blockSize);
    if (header.every((byte) => byte === 0)) break;
    checkSum(header, offset);
    const type = String.fromCharCode(header[156] || 0x30);
    const isHeader = 'xgLK'.includes(type);
    const size = isHeader
      ? numberOf(header.subarray(124, 136), 'a size', offset)
      : (extended.size ?? numberOf(header.subarray(124, 136), 'a size', offset));
    const start = offset + blockSize;
    if (start + size > reader.size || (isHeader && size > maxHeaderData)) {
      throw damaged(`expected a member within the file of ${reader.size} bytes, got one of ${size} bytes`, offset);
    }
    const prefix = latin1.decode(header.subarray(257, 262)) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
    if (type === 'x') extended = { ...extended, ...parseExtended(await reader.read(start, size), offset) };
    else if (type === 'L') extended = { ...extended, path: textOf(await reader.read(start, size)) };
    else if (!isHeader) {
      const path = extended.path ?? (prefix ? `${prefix}/` : '') + textOf(header.subarray(0, 100));
      extended = {};
      const name = path.replace(/^(\.\/)+/, '');
      if (names.includes(name)) {
        if (type !== '0' && type !== '7')
          throw damaged(`expected ${name} to be a file, got type ${quote(type)}`, offset);
        if (members.has(name)) throw damaged(`expected each file once, got ${name} twice`, offset);
        members.set(name, { name, start, size });
      }
    }
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
  return members;
}
