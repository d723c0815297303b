import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';
import { chunksOf } from './png-chunks.js';

/** A grid of the picture's pixels that a PNG stores as an image of its own: first column and row, and steps. */
type Pass = readonly [x: number, y: number, stepX: number, stepY: number];

const wholePicture: readonly Pass[] = [[0, 0, 1, 1]];
const adam7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** PNG colour types that carry an alpha channel: gray and alpha, RGB and alpha. */
const grayAlpha = 4;
const rgbAlpha = 6;

/** Whether a PNG has an alpha channel, and a depth that goes with one, from its header chunk. */
export function hasAlphaChannel(bytes: Uint8Array): boolean {
  const [depth, colorType] = [bytes[24], bytes[25]];
  return (depth === 8 || depth === 16) && (colorType === grayAlpha || colorType === rgbAlpha);
}

async function inflate(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob(parts as Uint8Array<ArrayBuffer>[]).stream();
  const inflated = stream.pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** Undoes a row's filter in place; `above` is the row before it, zeros for the first. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  if (filter > 4) {
    throw new ImageError(
      `loadImage: expected a PNG row filter of 0 to 4, got ${filter}. The file is damaged: get it again.`,
    );
  }
  for (let i = 0; i < row.length; i++) {
    const left = i < pixelBytes ? 0 : row[i - pixelBytes]!;
    const up = above[i]!;
    const upLeft = i < pixelBytes ? 0 : above[i - pixelBytes]!;
    const predicted = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, upLeft) : 0][filter]!;
    row[i] = row[i]! + predicted;
  }
}

/**
 * Decodes a PNG that has an alpha channel, and drops it.
 *
 * For browsers: their canvases keep colours multiplied by alpha, from which the file's colours cannot be had back.
 */
export async function decodePngWithAlpha(bytes: Uint8Array): Promise<RGBImage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [sampleBytes, colorSamples] = [bytes[24]! / 8, bytes[25] === rgbAlpha ? 3 : 1];
  const pixelBytes = sampleBytes * (colorSamples + 1);
  const parts = [...chunksOf(bytes)].filter(({ type }) => type === 'IDAT').map(({ payload }) => payload);
  const raw = await inflate(parts);

  const data = new Uint8Array(width * height * 3);
  let at = 0;
  for (const [x0, y0, stepX, stepY] of bytes[28] === 0 ? wholePicture : adam7) {
    const rowBytes = Math.ceil((width - x0) / stepX) * pixelBytes;
    if (rowBytes <= 0) continue;
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let y = y0; y < height; y += stepY) {
      if (at + 1 + rowBytes > raw.length) {
        throw new ImageError(
          `loadImage: expected PNG rows up to ${height}, got the end of their data in row ${y}. The file is damaged: get it again.`,
        );
      }
      const row = raw.subarray(at + 1, at + 1 + rowBytes);
      unfilter(raw[at]!, row, above, pixelBytes);
      for (let x = x0, from = 0; x < width; x += stepX, from += pixelBytes) {
        const to = (y * width + x) * 3;
        // Of 16 bits the high byte comes first, and is what Pillow keeps. Gray has one sample for all three.
        for (let c = 0; c < 3; c++) data[to + c] = row[from + (c % colorSamples) * sampleBytes]!;
      }
      above = row;
      at += 1 + rowBytes;
    }
  }
  return { width, height, data };
}
