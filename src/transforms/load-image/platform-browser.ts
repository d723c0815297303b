import type { RGBImage } from '../image.js';
import { firstOpaqueFrame } from './gif-blocks.js';
import type { CompressedFormat } from './header.js';
import { pngOrientation, turnUpright } from './orientation.js';
import { toRgb } from './pixels.js';
import { criticalChunksOnly } from './png-chunks.js';
import { decodePngWithAlpha, hasAlphaChannel } from './png-with-alpha.js';

/** The bytes at a path relative to the page. */
export async function readLocal(path: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(path, { signal: signal ?? null });
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
  return new Uint8Array(await response.arrayBuffer());
}

function plainBytes(bytes: Uint8Array, format: CompressedFormat): Uint8Array {
  if (format === 'png') return criticalChunksOnly(bytes);
  return format === 'gif' ? firstOpaqueFrame(bytes) : bytes;
}

async function decodeWithCanvas(bytes: Uint8Array, format: CompressedFormat): Promise<RGBImage> {
  const blob = new Blob([plainBytes(bytes, format) as Uint8Array<ArrayBuffer>], { type: `image/${format}` });
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return toRgb(context.getImageData(0, 0, bitmap.width, bitmap.height));
  } finally {
    bitmap.close();
  }
}

/**
 * Decodes an image file with the browser's own decoders, which turn JPEGs upright themselves; of PNGs the chunk that
 * would tell them to is gone by then.
 */
export async function decodeImage(bytes: Uint8Array, format: CompressedFormat): Promise<RGBImage> {
  if (format !== 'png') return decodeWithCanvas(bytes, format);
  const image = hasAlphaChannel(bytes) ? await decodePngWithAlpha(bytes) : await decodeWithCanvas(bytes, format);
  return turnUpright(image, pngOrientation(bytes));
}
