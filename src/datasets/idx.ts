import { collect, ZooError } from '../core/index.js';

/** An array of bytes, as the IDX files of MNIST hold them. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** More than any published set has: what a file may ask of memory. */
const MAX_BYTES = 2 ** 31;

/**
 * Reads an IDX file of bytes, gzipped or not. No more is unpacked than its header announces.
 * @param label how messages call the file
 * @param rank how many axes it must have
 * @param check throws unless the shape is right, before anything is unpacked
 * @throws ZooError unless it is such a file, whole and with nothing behind it
 * @see http://yann.lecun.com/exdb/mnist/
 */
export async function readIdx(
  label: string,
  file: Uint8Array<ArrayBuffer>,
  rank: number,
  check?: (shape: readonly number[]) => void,
): Promise<IdxArray> {
  const isGzip = file[0] === 0x1f && file[1] === 0x8b;
  const unpack = (limit: number) => (isGzip ? gunzip(label, file, limit) : file);
  const begin = 4 + 4 * rank;
  const shape = shapeOf(label, await unpack(begin), rank);
  check?.(shape);
  const end = begin + shape.reduce((a, b) => a * b, 1);
  if (end > MAX_BYTES) {
    throw new ZooError(
      `${label}: expected at most ${MAX_BYTES} bytes, got a header that announces [${shape.join(', ')}]. The file is damaged, or no data set: get it again.`,
    );
  }
  const bytes = await unpack(end);
  if (bytes.length !== end) {
    const got = bytes.length < end ? `${bytes.length} (the file is truncated)` : 'more (bytes trail behind them)';
    throw new ZooError(
      `${label}: expected ${end} bytes for the shape [${shape.join(', ')}] of its header, got ${got}. Get the file again.`,
    );
  }
  // Of the buffer in which it grew, a copy keeps only what is needed.
  return { shape, data: isGzip ? bytes.slice(begin) : bytes.subarray(begin) };
}

/** The header: two zeros, the type of the values (8 for bytes), how many axes, and each one's length, big-endian. */
function shapeOf(label: string, bytes: Uint8Array, rank: number): number[] {
  const expected = `00 00 08 0${rank}`;
  const got = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (got !== expected) {
    throw new ZooError(
      `${label}: expected an IDX file of bytes with ${rank} axes (it begins with ${expected}), gzipped or not, got one that begins with ${got || 'nothing'}. Get the file again.`,
    );
  }
  const begin = 4 + 4 * rank;
  if (bytes.length < begin) {
    throw new ZooError(
      `${label}: expected a header of ${begin} bytes, got ${bytes.length} (the file is truncated). Get the file again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, begin);
  return Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}

/** Unpacks a file until it ends, or `limit` is passed by a piece at most. */
async function gunzip(label: string, file: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([file]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    return await collect(async () => (await reader.read()).value, limit, {});
  } catch (cause) {
    throw new ZooError(
      `${label}: expected a whole gzip file, got ${file.length} bytes that cannot be unpacked (${(cause as Error).message}). Get the file again.`,
      { cause },
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
}
