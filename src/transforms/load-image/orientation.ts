import type { RGBImage } from '../image.js';
import { readSegment } from './jpeg-segments.js';
import { chunksOf } from './png-chunks.js';

/**
 * EXIF's orientation, 1 to 8: where row 0 and column 0 of the stored pixels lie in the upright picture.
 * 1 is upright already, and what anything unreadable counts as.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 0x0112;

/** Reads the orientation from an EXIF block, which is a small TIFF file. */
function orientationOf(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return 1;
  const littleEndian = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return 1;
  const count = view.getUint16(directory, littleEndian);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > view.byteLength) return 1;
    if (view.getUint16(entry, littleEndian) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, littleEndian);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** The orientation of a JPEG file: in the first APP1 segment that is EXIF, before the pixels. */
export function jpegOrientation(bytes: Uint8Array): Orientation {
  const startOfScan = 0xda;
  for (let segment = readSegment(bytes, 2); segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (marker === startOfScan) break;
    if (marker === 0xe1 && String.fromCharCode(...payload.subarray(0, 6)) === 'Exif\0\0') {
      return orientationOf(payload.subarray(6));
    }
  }
  return 1;
}

/** The orientation of a PNG file: in its eXIf chunk. */
export function pngOrientation(bytes: Uint8Array): Orientation {
  for (const { type, payload } of chunksOf(bytes)) {
    if (type === 'eXIf') return orientationOf(payload);
  }
  return 1;
}

/** Turns stored pixels upright, as Pillow's `ImageOps.exif_transpose` does. */
export function turnUpright(image: RGBImage, orientation: Orientation): RGBImage {
  if (orientation === 1) return image;
  const { width, height, data } = image;
  const swapped = orientation >= 5;
  const outWidth = swapped ? height : width;
  const outHeight = swapped ? width : height;
  // In 5 to 8 an output row runs down a stored column. The source coordinates run backwards where these are set.
  const mirrorX = [2, 3, 7, 8].includes(orientation);
  const mirrorY = [3, 4, 6, 7].includes(orientation);
  const out = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const storedX = swapped ? y : x;
      const storedY = swapped ? x : y;
      const column = mirrorX ? width - 1 - storedX : storedX;
      const row = mirrorY ? height - 1 - storedY : storedY;
      const from = (row * width + column) * 3;
      out[to++] = data[from]!;
      out[to++] = data[from + 1]!;
      out[to++] = data[from + 2]!;
    }
  }
  return { width: outWidth, height: outHeight, data: out };
}
