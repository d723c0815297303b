import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';
import { toRgb } from './pixels.js';

/** What a page can draw: a canvas, a bitmap, a picture, or the frame that a video shows. */
export type Drawable =
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | HTMLImageElement
  | HTMLVideoElement
  | VideoFrame;

const names = [
  'HTMLCanvasElement',
  'OffscreenCanvas',
  'ImageBitmap',
  'HTMLImageElement',
  'HTMLVideoElement',
  'VideoFrame',
];

/**
 * By its name and not its class, for a frame inside the page has classes of its own.
 * @internal
 */
export function isDrawable(source: unknown): source is Drawable {
  return names.includes(nameOf(source));
}

function nameOf(source: unknown): string {
  return Object.prototype.toString.call(source).slice('[object '.length, -1);
}

/**
 * A copy of something drawable as it is now, which is the caller's.
 * @throws ImageError if it shows nothing yet
 * @internal
 */
export async function snapshotOf(source: Drawable): Promise<ImageBitmap> {
  try {
    return await bitmapOf(source);
  } catch (error) {
    throw unreadable(source, error as Error);
  }
}

/**
 * The pixels of something drawable as they are now.
 * @throws ImageError if it shows nothing yet, or what the page may not read
 */
export async function capture(source: Drawable): Promise<RGBImage> {
  try {
    return await draw(source);
  } catch (error) {
    throw unreadable(source, error as Error);
  }
}

function unreadable(source: Drawable, error: Error): ImageError {
  const { name, message } = error;
  return new ImageError(
    `loadImage: expected ${nameOf(source)} with pixels that may be read, got ${name}: ${message.replace(/\.$/, '')}. ` +
      (name === 'SecurityError'
        ? "It shows pictures of another site: set crossOrigin = 'anonymous' before src, where that site allows it."
        : 'Wait until it is loaded or plays: await image.decode(), or the canplay event of a video.'),
    { cause: error },
  );
}

/** Without any conversion of colours. */
function bitmapOf(source: Blob | Drawable): Promise<ImageBitmap> {
  return createImageBitmap(source, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
}

/** Decodes or copies, and reads what was drawn. A canvas keeps colours multiplied by alpha, so transparent pixels lose theirs. */
export async function draw(source: Blob | Drawable): Promise<RGBImage> {
  const bitmap = await bitmapOf(source);
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return toRgb(context.getImageData(0, 0, bitmap.width, bitmap.height));
  } finally {
    bitmap.close();
  }
}
