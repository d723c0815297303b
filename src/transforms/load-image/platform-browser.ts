import type { RGBImage } from '../image.js';
import { firstOpaqueFrame } from './gif-blocks.js';
import type { ImageHeader } from './header.js';
import { pngOrientation, turnUpright } from './orientation.js';
import { toRgb } from './pixels.js';
import { plainBmp } from './plain-bmp.js';
import { criticalChunksOnly } from './png-chunks.js';

/** The bytes at a path relative to the page. */
export async function readLocal(path: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(path, { signal: signal ?? null });
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
  return new Uint8Array(await response.arrayBuffer());
}

/** The file without what would make the browser blank, turn or recolour pixels. */
function plainBytes(bytes: Uint8Array, header: ImageHeader): Uint8Array {
  switch (header.format) {
    case 'jpeg':
      return bytes;
    case 'png':
      return criticalChunksOnly(bytes);
    case 'gif':
      return firstOpaqueFrame(bytes);
    case 'bmp':
      return plainBmp(bytes, header);
  }
}

/**
 * Decodes an image file with the browser's own decoders, which turn JPEGs upright themselves; of PNGs the chunk that
 * would tell them to is gone by then. The canvas keeps colours multiplied by alpha, so transparent pixels lose theirs.
 */
export async function decodeImage(bytes: Uint8Array, header: ImageHeader): Promise<RGBImage> {
  const { format } = header;
  const blob = new Blob([plainBytes(bytes, header) as Uint8Array<ArrayBuffer>], { type: `image/${format}` });
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    const image = toRgb(context.getImageData(0, 0, bitmap.width, bitmap.height));
    return format === 'png' ? turnUpright(image, pngOrientation(bytes)) : image;
  } finally {
    bitmap.close();
  }
}

/** Undefined: a page has no threads of ours. */
export async function loadOnThread(): Promise<undefined> {}
