import { ImageError } from '../../core/index.js';

interface Chunk {
  readonly type: string;
  readonly payload: Uint8Array;
  /** The chunk with its length, type and checksum. */
  readonly whole: Uint8Array;
}

const signatureLength = 8;

/** The chunks of a PNG file up to its end chunk. @throws ImageError where the file ends first. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signatureLength; ; ) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : 0;
    const end = at + 12 + length;
    if (end > bytes.length) {
      throw new ImageError(
        `loadImage: expected a PNG chunk of ${length} bytes at byte ${at}, got the end of the file at byte ${bytes.length}. The file is truncated: get it again.`,
      );
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, payload: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    if (type === 'IEND') return;
    at = end;
  }
}

/**
 * The file reduced to the chunks that make its pixels.
 *
 * What goes is transparency of palettes and colour keys, for which decoders blank colours that Pillow's
 * `convert('RGB')` keeps, colour profiles, which Pillow does not apply, and animation.
 */
export function criticalChunksOnly(bytes: Uint8Array): Uint8Array {
  const kept = [bytes.subarray(0, signatureLength)];
  for (const { type, whole } of chunksOf(bytes)) {
    // PNG says by the case of the first letter whether a picture can be shown without the chunk.
    if (/^[A-Z]/.test(type)) kept.push(whole);
  }
  const out = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Bits per sample, from the header chunk. */
export function bitDepthOf(bytes: Uint8Array): number {
  return bytes[24]!;
}
