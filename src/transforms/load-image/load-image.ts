import { decodeImage, headerOf, readLocal } from '#image-platform';
import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';
import { capture, type Drawable, isDrawable } from './drawable.js';
import { supportedFormats } from './header.js';
import { type RawPixels, toRgb } from './pixels.js';

/** A jimp image, told by its shape, so that any version of jimp will do. */
export interface JimpImage {
  readonly bitmap: RawPixels;
}

/**
 * Where an image may come from: a path (in browsers one relative to the page), a URL (http:, https:, file:, data:,
 * blob:), the bytes of a file, a Blob or File, a jimp image, or pixels such as an ImageData; in browsers a canvas, an
 * ImageBitmap, an <img>, a <video> or a VideoFrame too.
 */
export type ImageSource = string | URL | Uint8Array | ArrayBuffer | Blob | JimpImage | RawPixels | Drawable;

export interface LoadImageOptions {
  /** Stops reading a file or URL; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Loads an image as 8-bit RGB, as torchvision's `default_loader` does with Pillow.
 *
 * Files may be JPEG (baseline or progressive, gray, CMYK), PNG, GIF (its first frame) or BMP (uncompressed, of 1, 8, 24
 * or 32 bits). Alpha is dropped as Pillow's `convert('RGB')` drops it, without compositing; gray is repeated; 16-bit
 * samples keep their high byte. In Node jimp decodes, in browsers the page's own decoders, which take WebP too.
 *
 * Differs from PyTorch: EXIF orientation is applied, where torchvision's loaders leave pictures as they are stored;
 * 16-bit gray PNGs are scaled, where Pillow cuts them off at 255. In Node, JPEGs differ from libjpeg's: by up to 3
 * levels where chroma is stored in full, and by dozens at coloured edges where it is not (4:2:0, 4:2:2), for jimp
 * repeats chroma where libjpeg interpolates it; 1 to 3 levels on average. In browsers, colours of nearly transparent
 * pixels lose precision and fully transparent ones turn black, for canvases keep colours multiplied by alpha.
 *
 * @throws ImageError where the source cannot be read or is no such picture, or has over 178,956,970 pixels.
 * @example
 * const image = await loadImage('cat.jpg');
 * const same = await loadImage(await readFile('cat.jpg'));
 * const pixels = await loadImage({ width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255) }); // RGBA
 */
export async function loadImage(source: ImageSource, options: LoadImageOptions = {}): Promise<RGBImage> {
  const { signal } = options;
  signal?.throwIfAborted();
  const pixels = pixelsOf(source);
  if (pixels) return toRgb(pixels);
  if (isDrawable(source)) return capture(source);
  const bytes = await bytesOf(source, signal);
  const header = headerOf(bytes);
  try {
    return await decodeImage(bytes, header);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(
      `loadImage: expected a ${header.format.toUpperCase()} that can be decoded, got ${bytes.length} bytes and this: ${oneLine(error)}. The file is damaged or of a rare kind: get it again, or save it as PNG.`,
      { cause: error },
    );
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, ' ').replace(/\.$/, '');
}

function isBytes(value: unknown): value is Uint8Array | Uint8ClampedArray {
  return value instanceof Uint8Array || value instanceof Uint8ClampedArray;
}

function pixelsOf(source: ImageSource): RawPixels | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const pixels = 'bitmap' in source ? source.bitmap : source;
  return 'data' in pixels && isBytes(pixels.data) ? pixels : undefined;
}

async function bytesOf(source: ImageSource, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (typeof source === 'string' || source instanceof URL) return readBytes(source, signal);
  throw new ImageError(
    `loadImage: expected a path, URL, bytes, Blob, jimp image or { width, height, data: Uint8Array }, got ${describe(source)}. Images may be ${supportedFormats}; in a page it may be a canvas, an ImageBitmap, an <img>, a <video> or a VideoFrame too.`,
  );
}

function describe(source: unknown): string {
  if (typeof source !== 'object' || source === null) return String(source);
  const { data } = source as { data?: object };
  if (data) return `data of type ${data.constructor.name}`;
  return `an object with ${Object.keys(source).slice(0, 4).join(', ') || 'no fields'}`;
}

async function readBytes(source: string | URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  // A data: URL may hold a whole photograph.
  const name = String(source).length > 200 ? `${String(source).slice(0, 60)}…` : String(source);
  try {
    if (!/^(https?|data|blob):/i.test(String(source))) return await readLocal(source, signal);
    const response = await fetch(source, { signal: signal ?? null });
    if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    const cause = (error as { cause?: Error }).cause;
    const reason = cause?.message ? `${oneLine(error)} (${oneLine(cause)})` : oneLine(error);
    throw new ImageError(
      `loadImage: expected an image (${supportedFormats}) at ${name}, got ${reason}. Check the path or URL.`,
      { cause: error },
    );
  }
}
