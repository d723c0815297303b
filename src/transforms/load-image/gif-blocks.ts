import { ImageError } from '../../core/index.js';

function truncated(at: number): ImageError {
  return new ImageError(
    `loadImage: expected a whole GIF frame, got the end of the file at byte ${at}. The file is truncated: get it again.`,
  );
}

/** Behind the sub-blocks that start at `at`. */
function skipSubBlocks(bytes: Uint8Array, at: number): number {
  let position = at;
  while (position < bytes.length) {
    const length = bytes[position]!;
    position += 1 + length;
    if (length === 0) return position;
  }
  throw truncated(bytes.length);
}

/** Bytes of a colour table whose flags are `packed`. */
function tableLength(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 << ((packed & 7) + 1);
}

/**
 * The file up to its first frame, without that frame's transparency: Pillow's `convert('RGB')` keeps the palette's
 * colour where decoders leave a hole.
 *
 * @throws ImageError where the first frame is not whole.
 */
export function firstOpaqueFrame(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  let at = 13 + tableLength(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at]!;
    if (block === 0x21) {
      const graphicControl = bytes[at + 1] === 0xf9;
      if (graphicControl && at + 3 < copy.length) copy[at + 3]! &= ~1;
      at = skipSubBlocks(bytes, at + 2);
    } else if (block === 0x2c) {
      const dataStart = at + 10 + tableLength(bytes[at + 9] ?? 0) + 1;
      const end = skipSubBlocks(bytes, dataStart);
      const trailer = 0x3b;
      const out = new Uint8Array(end + 1);
      out.set(copy.subarray(0, end));
      out[end] = trailer;
      return out;
    } else {
      throw new ImageError(
        `loadImage: expected a GIF frame, got block 0x${block.toString(16)} at byte ${at}. The file is damaged: get it again.`,
      );
    }
  }
  throw truncated(bytes.length);
}
