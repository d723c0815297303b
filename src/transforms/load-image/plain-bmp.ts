import { ImageError } from '../../core/index.js';
import type { ImageHeader } from './header.js';

const fileHeaderLength = 14;
const infoHeaderLength = 40;
const headersLength = fileHeaderLength + infoHeaderLength;

/** Red, green and blue where 32-bit pixels have them anyway. */
const usualMasks = [0xff0000, 0xff00, 0xff];

/**
 * The file in the one form that jimp reads right: a short header, a whole palette, and the rows behind it at once.
 *
 * jimp does not look up where the rows start, mistakes unused masks of longer headers for used ones, and takes wrong
 * pixels from files of 4 and 16 bits, which are refused.
 *
 * @throws ImageError where the file is truncated, compressed, or of another depth or header.
 */
export function plainBmp(bytes: Uint8Array, { width, height }: ImageHeader): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(fileHeaderLength, true);
  const core = headerLength < infoHeaderLength;
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? 0 : view.getUint32(30, true);
  const masked = compression === 3 && bits === 32;
  const masksAreUsual = masked && usualMasks.every((mask, i) => view.getUint32(headersLength + 4 * i, true) === mask);
  if (core || ![1, 8, 24, 32].includes(bits) || !(compression === 0 || masksAreUsual)) {
    throw new ImageError(
      `loadImage: expected an uncompressed BMP of 1, 8, 24 or 32 bits per pixel, got ${bits} bits with compression ${compression} and a header of ${headerLength} bytes. Convert it to PNG.`,
    );
  }

  const start = view.getUint32(10, true);
  const rowsLength = Math.ceil((width * bits) / 32) * 4 * height;
  if (start + rowsLength > bytes.length) {
    throw new ImageError(
      `loadImage: expected a BMP of ${start + rowsLength} bytes for ${width}×${height} pixels of ${bits} bits, got ${bytes.length}. The file is truncated: get it again.`,
    );
  }

  // jimp paints indices beyond a short palette white; behind a whole one there are none.
  const paletteLength = bits > 8 ? 0 : 4 << bits;
  const storedPalette = Math.min(4 * view.getUint32(46, true) || paletteLength, paletteLength);
  const paletteStart = fileHeaderLength + headerLength;
  const out = new Uint8Array(headersLength + paletteLength + rowsLength);
  out.set(bytes.subarray(0, headersLength));
  out.set(bytes.subarray(paletteStart, paletteStart + storedPalette), headersLength);
  out.set(bytes.subarray(start, start + rowsLength), headersLength + paletteLength);
  const header = new DataView(out.buffer);
  const fields = { rowsStart: 10, headerLength: 14, compression: 30, colors: 46 };
  header.setUint32(fields.rowsStart, headersLength + paletteLength, true);
  header.setUint32(fields.headerLength, infoHeaderLength, true);
  header.setUint32(fields.compression, 0, true);
  header.setUint32(fields.colors, 0, true);
  return out;
}
