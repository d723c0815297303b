import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';
import { firstOpaqueFrame } from './gif-blocks.js';
import { type ImageHeader, maxPixels } from './header.js';
import { jpegOrientation, pngOrientation, turnUpright } from './orientation.js';
import { type RawPixels, toRgb } from './pixels.js';
import { plainBmp } from './plain-bmp.js';
import { plainJpeg } from './plain-jpeg.js';
import { bitDepthOf, criticalChunksOnly } from './png-chunks.js';
import { DecodingThreads } from './threads-node.js';

export { readHeader as headerOf } from './header.js';

/** Room for 100 megapixels of any kind; the decoder's default of 512 MB would refuse photographs of 40. */
const jpegMemoryInMB = 3072;

/** The bytes of a file, by path or file: URL. */
export function readLocal(path: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const file = /^file:/i.test(String(path)) ? fileURLToPath(path) : path;
  return readFile(file, { signal });
}

/** Decodes with jimp's decoder of one format. Imported late: programs that load no files never load jimp. */
async function decodeWithJimp(mime: string, bytes: Uint8Array, options: object = {}): Promise<RawPixels> {
  const { defaultFormats } = await import('jimp');
  const { decode } = defaultFormats.map((make) => make()).find((format) => format.mime === mime)!;
  // The formats' common type leaves out the options that their decoders pass on.
  const decodeWithOptions: (data: Buffer, options: object) => RawPixels | Promise<RawPixels> = decode;
  return decodeWithOptions(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
}

async function decodeJpeg(file: Uint8Array): Promise<RGBImage> {
  const { bytes, storesRgb } = plainJpeg(file);
  const pixels = await decodeWithJimp('image/jpeg', bytes, {
    ...(storesRgb ? { colorTransform: false } : {}),
    formatAsRGBA: false,
    maxResolutionInMP: maxPixels / 1e6,
    maxMemoryUsageInMB: jpegMemoryInMB,
  });
  return turnUpright(toRgb(pixels), jpegOrientation(file));
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

/** Decodes an image file in Node with jimp, from a form of it that jimp reads right. */
export async function decodeImage(bytes: Uint8Array, header: ImageHeader): Promise<RGBImage> {
  switch (header.format) {
    case 'jpeg':
      return decodeJpeg(bytes);
    case 'png':
      return decodePng(bytes);
    case 'gif':
      return toRgb(await decodeWithJimp('image/gif', firstOpaqueFrame(bytes)));
    case 'bmp':
      return toRgb(await decodeWithJimp('image/bmp', plainBmp(bytes, header)));
  }
}

let threads: DecodingThreads | undefined;

/** Loads a file on another thread; undefined where that did not do it. */
export async function loadOnThread(path: string): Promise<RGBImage | undefined> {
  try {
    // Not there in a bundle, nor where this is run as TypeScript: then no thread starts.
    threads ??= new DecodingThreads(new URL('decode-thread-node.js', import.meta.url));
    return await threads.load(path);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    return undefined; // this thread can still do it
  }
}
