import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';
import type { ImageHeader } from './header.js';

const fileHeaderLength = 14;
const coreHeaderLength = 12;
const infoHeaderLength = 40;

/** Writes the colour of pixel `x`, in the row of the file that starts at `row`, to `rgb` at `to`. */
type PixelReader = (row: number, x: number, rgb: Uint8Array, to: number) => void;

function palettePixels(bytes: Uint8Array, bits: number, table: number, entryLength: number): PixelReader {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  return (row, x, rgb, to) => {
    const byte = bytes[row + Math.trunc(x / perByte)]!;
    const index = (byte >> (8 - bits - (x % perByte) * bits)) & mask;
    const color = table + index * entryLength;
    for (let c = 0; c < 3; c++) rgb[to + c] = bytes[color + 2 - c]!;
  };
}

function blueFirstPixels(bytes: Uint8Array, bytesPerPixel: number): PixelReader {
  return (row, x, rgb, to) => {
    const from = row + x * bytesPerPixel;
    for (let c = 0; c < 3; c++) rgb[to + c] = bytes[from + 2 - c]!;
  };
}

/** Pixels of 16 or 32 bits whose colours lie under three masks; a full mask is 255. */
function maskedPixels(view: DataView, bytesPerPixel: number, masks: readonly number[]): PixelReader {
  const fields = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, max: mask >>> shift };
  });
  return (row, x, rgb, to) => {
    const at = row + x * bytesPerPixel;
    const pixel = bytesPerPixel === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    fields.forEach(({ shift, max }, c) => {
      rgb[to + c] = max === 0 ? 0 : Math.trunc((((pixel >>> shift) & max) * 255) / max);
    });
  };
}

/**
 * Decodes an uncompressed BMP of 1 to 32 bits a pixel, as Pillow does; alpha is dropped.
 *
 * jimp's decoder is not used, for it takes wrong pixels from files of 4 bits with odd widths, of 16 bits, and of rows
 * that do not follow their palette at once.
 *
 * @throws ImageError where the file is truncated, run-length coded, or of another depth.
 */
export function decodeBmp(bytes: Uint8Array, { width, height }: ImageHeader): RGBImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(fileHeaderLength, true);
  const core = headerLength === coreHeaderLength;
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core || bytes.length < 34 ? 0 : view.getUint32(30, true);
  const masked = compression === 3 || compression === 6;
  const supported = masked ? [16, 32] : compression === 0 ? [1, 2, 4, 8, 16, 24, 32] : [];
  if (!supported.includes(bits)) {
    throw new ImageError(
      `loadImage: expected an uncompressed BMP of 1 to 32 bits per pixel, got ${bits} bits with compression ${compression}. Convert it to PNG.`,
    );
  }

  const start = view.getUint32(10, true);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const masksAt = fileHeaderLength + infoHeaderLength;
  if (start + stride * height > bytes.length || (masked && masksAt + 12 > bytes.length)) {
    throw new ImageError(
      `loadImage: expected a BMP of ${start + stride * height} bytes for ${width}×${height} pixels of ${bits} bits, got ${bytes.length}. The file is truncated: get it again.`,
    );
  }
  const readPixel = masked
    ? maskedPixels(
        view,
        bits / 8,
        [0, 4, 8].map((at) => view.getUint32(masksAt + at, true)),
      )
    : bits === 16
      ? maskedPixels(view, 2, [0x7c00, 0x03e0, 0x001f])
      : bits > 16
        ? blueFirstPixels(bytes, bits / 8)
        : palettePixels(bytes, bits, fileHeaderLength + headerLength, core ? 3 : 4);

  const topDown = !core && view.getInt32(22, true) < 0;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) readPixel(row, x, data, (y * width + x) * 3);
  }
  return { width, height, data };
}
