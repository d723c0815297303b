import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RGBImage } from '../image.js';
import { firstOpaqueFrame } from './gif-blocks.js';
import type { CompressedFormat } from './header.js';
import { decodeJpeg } from './jpeg/decode.js';
import { jpegOrientation, pngOrientation, turnUpright } from './orientation.js';
import { type RawPixels, toRgb } from './pixels.js';
import { bitDepthOf, criticalChunksOnly } from './png-chunks.js';

/** The bytes of a file, by path or file: URL. */
export function readLocal(path: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const file = /^file:/i.test(String(path)) ? fileURLToPath(path) : path;
  return readFile(file, { signal });
}

/** Decodes with jimp's decoder of one format. Imported late: programs that only see JPEG never load jimp. */
async function decodeWithJimp(mime: string, bytes: Uint8Array, options: object = {}): Promise<RawPixels> {
  const { defaultFormats } = await import('jimp');
  const { decode } = defaultFormats.map((make) => make()).find((format) => format.mime === mime)!;
  // The formats' common type leaves out the options that their decoders pass on.
  const decodeWithOptions: (data: Buffer, options: object) => RawPixels | Promise<RawPixels> = decode;
  return decodeWithOptions(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
}

/** 16-bit samples keep their high byte, as Pillow reads them; pngjs alone would round. */
function highBytes({ width, height, data }: RawPixels): RawPixels {
  return { width, height, data: Uint8Array.from(data, (sample) => sample >> 8) };
}

async function decodePng(bytes: Uint8Array): Promise<RGBImage> {
  const plain = criticalChunksOnly(bytes);
  const deep = bitDepthOf(bytes) === 16;
  const pixels = await decodeWithJimp('image/png', plain, { skipRescale: deep });
  return turnUpright(toRgb(deep ? highBytes(pixels) : pixels), pngOrientation(bytes));
}

/** Decodes an image file in Node; JPEG with the decoder beside this file, the rest with jimp's. */
export async function decodeImage(bytes: Uint8Array, format: CompressedFormat): Promise<RGBImage> {
  switch (format) {
    case 'jpeg':
      return turnUpright(decodeJpeg(bytes), jpegOrientation(bytes));
    case 'png':
      return decodePng(bytes);
    case 'gif':
      return toRgb(await decodeWithJimp('image/gif', firstOpaqueFrame(bytes)));
  }
}
