import type { ReadFileOptions } from './folder.js';

/** What is made ready for a file of unknown length, and the most for one whose length is only said. */
const FIRST_BYTES = 2 ** 16;
const LIKELY_BYTES = 2 ** 24;

/**
 * Puts the pieces of a file together as they come, in `into` where that is long enough.
 * @param limit beyond which no more are taken
 */
export async function collect(
  next: () => Promise<Uint8Array | undefined>,
  limit: number,
  { bytes: expected, into }: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const isReady = into !== undefined && expected !== undefined && expected <= into.length;
  let bytes = isReady ? into.subarray(0, expected) : new Uint8Array(Math.min(expected ?? FIRST_BYTES, LIKELY_BYTES));
  let length = 0;
  while (length <= limit) {
    const piece = await next();
    if (!piece) break;
    if (length + piece.length > bytes.length) bytes = grown(bytes, length, piece.length);
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.subarray(0, length);
}

function grown(bytes: Uint8Array, length: number, more: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * bytes.length, length + more));
  larger.set(bytes.subarray(0, length));
  return larger;
}
