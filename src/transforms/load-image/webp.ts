import { ImageError } from '../../core/index.js';
import { ascii, expectSize, type ImageHeader } from './header.js';

/**
 * Format and size of a WebP file, which browsers decode and jimp does not; undefined if it is none.
 *
 * @throws ImageError if it has no picture, or too large a one
 * @see https://developers.google.com/speed/webp/docs/riff_container
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader<'webp'> | undefined {
  if (ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 4) !== 'WEBP') return undefined;
  const sides = sidesOf(bytes);
  if (!sides) {
    throw new ImageError('loadImage: expected a WebP with a picture, got none. The file is damaged: get it again.');
  }
  const header = { format: 'webp', width: sides[0], height: sides[1] } as const;
  expectSize(header);
  return header;
}

function sidesOf(bytes: Uint8Array): [width: number, height: number] | undefined {
  if (bytes.length < 30) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (ascii(bytes, 12, 4)) {
    case 'VP8 ': // behind the frame's tag and start code: 14 bits each
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    case 'VP8L': {
      const bits = view.getUint32(21, true); // 14 bits each, less one
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8X': // 24 bits each, less one
      return [(view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1];
    default:
      return undefined;
  }
}
