import type { RGBImage } from '../image.js';
import { draw } from './drawable.js';
import { firstOpaqueFrame } from './gif-blocks.js';
import { type ImageHeader, readHeader } from './header.js';
import { pngOrientation, turnUpright } from './orientation.js';
import { plainBmp } from './plain-bmp.js';
import { criticalChunksOnly } from './png-chunks.js';
import { readWebpHeader } from './webp.js';

type PageHeader = ImageHeader | ImageHeader<'webp'>;

/** The bytes at a path relative to the page. */
export async function readLocal(path: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(path, { signal: signal ?? null });
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
  return new Uint8Array(await response.arrayBuffer());
}

/** The file without what would make the browser blank, turn or recolour pixels. */
function plainBytes(bytes: Uint8Array, header: PageHeader): Uint8Array {
  switch (header.format) {
    case 'jpeg':
    case 'webp':
      return bytes;
    case 'png':
      return criticalChunksOnly(bytes);
    case 'gif':
      return firstOpaqueFrame(bytes);
    case 'bmp':
      return plainBmp(bytes, header);
  }
}

/** Browsers decode WebP too. */
export function headerOf(bytes: Uint8Array): PageHeader {
  return readWebpHeader(bytes) ?? readHeader(bytes);
}

/**
 * Decodes an image file with the browser's own decoders, which turn JPEGs upright themselves; of PNGs the chunk that
 * would tell them to is gone by then.
 */
export async function decodeImage(bytes: Uint8Array, header: PageHeader): Promise<RGBImage> {
  const { format } = header;
  const plain = plainBytes(bytes, header) as Uint8Array<ArrayBuffer>;
  const image = await draw(new Blob([plain], { type: `image/${format}` }));
  return format === 'png' ? turnUpright(image, pngOrientation(bytes)) : image;
}

/** Undefined: a page has no threads of ours. */
export async function loadOnThread(): Promise<undefined> {}
