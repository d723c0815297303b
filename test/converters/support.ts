import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { crc32 } from '../../converters/crc32.js';
import type { Encoding } from '../../converters/sinks/sink.js';
import type { HostTensor } from '../../src/core/index.js';

/** All pieces of a file that is made while it is written. */
export async function chunksOf(encoding: Encoding): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encoding.chunks()) chunks.push(chunk);
  return chunks;
}

const folder = new URL('../fixtures/checkpoints/', import.meta.url);

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

export function fixtureBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fixturePath(name)));
}

interface Golden {
  readonly dtype: string;
  readonly shape: number[];
  readonly data: string;
}

/** For each fixture, its tensors in order as PyTorch reads them. */
export const golden: Record<string, [string, Golden][]> = Object.assign(
  {},
  ...['expected.json', 'tar-expected.json', 'tricky-expected.json'].map((name) =>
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
  ),
);

/** Compares names, order, dtypes, shapes and every bit of the data. */
export function expectGolden(stateDict: Map<string, HostTensor>, file: string): void {
  const expected = golden[file]!;
  expect([...stateDict.keys()]).to.deep.equal(expected.map(([name]) => name));
  for (const [name, { dtype, shape, data }] of expected) {
    const tensor = stateDict.get(name)!;
    expect([name, tensor.dtype, tensor.shape]).to.deep.equal([name, dtype, shape]);
    const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    expect(bytes.toString('base64'), name).to.equal(data);
  }
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { offset?: number }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection, got none');
}

/** Bytes from numbers, texts (Latin-1) and other bytes. */
export function bytesOf(...parts: (number | string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) =>
        typeof part === 'number' ? Buffer.of(part) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
      ),
    ),
  );
}

export function uint32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

export function uint64(value: number | bigint): Uint8Array {
  return new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
}

interface ZipPart {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the directory says, where it is not the truth. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly offset?: number;
  /** Writes sizes and offset into the zip64 extra field. */
  readonly zip64?: boolean;
  /** That of the data before it is packed; default: of `data`. */
  readonly crc32?: number;
  /** What the local header says, where it differs from the directory. */
  readonly local?: {
    readonly name?: string;
    readonly method?: number;
    readonly size?: number;
    readonly padding?: number;
  };
}

/** A zip archive assembled by hand, so that it can lie. */
export function zipOf(parts: readonly ZipPart[]): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  for (const part of parts) {
    const { name, data, size = data.length, compressedSize = data.length, method = 0, flags = 0, zip64 = false } = part;
    const offset = part.offset ?? position;
    const u16 = (value: number) => new Uint8Array(new Uint16Array([value]).buffer);
    const checksum = uint32(part.crc32 ?? crc32(method === 8 ? inflated(data) : data));
    const common = [u16(flags), u16(method), uint32(0), checksum];
    const said = { name, method, size, padding: 3, ...part.local };
    const local = bytesOf(
      uint32(0x04034b50),
      u16(20),
      u16(flags),
      u16(said.method),
      uint32(0),
      checksum,
      uint32(zip64 ? 0xffffffff : compressedSize),
      uint32(zip64 ? 0xffffffff : said.size),
      u16(said.name.length),
      u16(said.padding),
      said.name,
      'pad',
      data,
    );
    const extra = zip64 ? bytesOf(u16(1), u16(24), uint64(size), uint64(compressedSize), uint64(offset)) : bytesOf();
    const field = (value: number) => uint32(zip64 ? 0xffffffff : value);
    directory.push(
      bytesOf(uint32(0x02014b50), u16(45), u16(20), ...common, field(compressedSize), field(size), u16(name.length)),
      bytesOf(u16(extra.length), u16(0), u16(0), u16(0), uint32(0), field(offset), name, extra),
    );
    locals.push(local);
    position += local.length;
  }
  const central = bytesOf(...directory);
  const count = new Uint8Array(new Uint16Array([parts.length]).buffer);
  return bytesOf(
    ...locals,
    central,
    uint32(0x06054b50),
    uint32(0),
    count,
    count,
    uint32(central.length),
    uint32(position),
    0,
    0,
  );
}

interface TarPart {
  readonly name: string;
  readonly data: Uint8Array;
  readonly type?: string;
  /** The size field, where it is not the truth: its 12 bytes. */
  readonly size?: string | Uint8Array;
  readonly checksum?: string;
  readonly magic?: string;
  readonly prefix?: string;
}

/** A tar archive assembled by hand, so that it can lie. */
export function tarOf(parts: readonly TarPart[], end = true): Uint8Array<ArrayBuffer> {
  const blocks = parts.flatMap(({ name, data, type = '0', size, checksum, magic = 'ustar\0', prefix = '' }) => {
    const header = new Uint8Array(512);
    const put = (at: number, value: string | Uint8Array) => header.set(bytesOf(value), at);
    put(0, name);
    put(124, size ?? `${data.length.toString(8).padStart(11, '0')}\0`);
    put(148, '        ');
    put(156, type);
    put(257, `${magic}00`);
    put(345, prefix);
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(148, checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
    return [header, data, new Uint8Array(-data.length & 511)];
  });
  return bytesOf(...blocks, new Uint8Array(end ? 1024 : 0));
}

/** What a deflated entry holds, or nothing where it is no deflated data. */
function inflated(data: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(data);
  } catch {
    return new Uint8Array();
  }
}

/** A PyTorch zip around a pickle. */
export function torchZip(pickle: Uint8Array, storages: Record<string, Uint8Array> = {}): Uint8Array<ArrayBuffer> {
  return zipOf([
    { name: 'archive/data.pkl', data: pickle },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
  ]);
}
