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

/** By its name and not its class, for a frame inside the page has classes of its own. */
export function isDrawable(source: unknown): source is Drawable {
  return names.includes(nameOf(source));
}

function nameOf(source: unknown): string {
  return Object.prototype.toString.call(source).slice('[object '.length, -1);
}

/** The pixels of something drawable as they are now; it stays the caller's. */
export async function capture(source: Drawable): Promise<RGBImage> {
  try {
    return await draw(source);
  } catch (error) {
    const { name, message } = error as Error;
    const isForeign = name === 'SecurityError';
    throw new ImageError(
      `loadImage: expected ${nameOf(source)} with pixels that may be read, got ${name}: ${message.replace(/\.$/, '')}. ` +
        (isForeign
          ? "It shows pictures of another site: set crossOrigin = 'anonymous' before src, where that site allows it."
          : 'Wait until it is loaded or plays: await image.decode(), or the canplay event of a video.'),
      { cause: error },
    );
  }
}

/** Decodes or copies without any conversion of colours, and reads what was drawn. A canvas keeps colours multiplied by alpha, so transparent pixels lose theirs. */
export async function draw(source: Blob | Drawable): Promise<RGBImage> {
  const bitmap = await createImageBitmap(source, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return toRgb(context.getImageData(0, 0, bitmap.width, bitmap.height));
  } finally {
    bitmap.close();
  }
}
