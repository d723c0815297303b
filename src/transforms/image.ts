import { ImageError } from '../core/index.js';

/**
 * A picture of 8-bit colours in plain memory: the input of the transforms that come before `ToTensor`.
 *
 * Shape: `data` holds height · width · 3 bytes, row by row from the top, red, green, blue interleaved (PyTorch's
 * `[H, W, 3]`). Units: 0 to 255, gamma-encoded as in the file. A literal `{ width, height, data }` is one.
 */
export interface RGBImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly channels?: 3;
}

/** A picture of one 8-bit channel, as `Grayscale` makes it: `data` holds height · width bytes. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly channels: 1;
}

/** What the transforms on 8-bit pixels take and give: Pillow's modes RGB and L. */
export type PixelImage = RGBImage | GrayImage;

/** Bytes per pixel: 1 for a `GrayImage`, else 3. */
export function channelsOf(image: PixelImage): 1 | 3 {
  return image.channels ?? 3;
}

/** An image of the same kind as `like`, with other pixels. */
export function imageLike(like: PixelImage, width: number, height: number, data: Uint8Array): PixelImage {
  return channelsOf(like) === 1 ? { width, height, data, channels: 1 } : { width, height, data };
}

function isPixelImage(value: unknown): value is PixelImage {
  if (typeof value !== 'object' || value === null) return false;
  const { width, height, data } = value as Partial<RGBImage>;
  return typeof width === 'number' && typeof height === 'number' && data instanceof Uint8Array;
}

/**
 * @throws ImageError unless `image` is one, with positive integer sides and as many bytes as they ask for.
 * @internal
 */
export function checkImage(who: string, image: PixelImage): void {
  if (!isPixelImage(image)) {
    const orTensor = who === 'ToTensor' ? '' : ' or a tensor';
    const got = typeof image === 'object' ? describe(image) : typeof image;
    throw new ImageError(
      `${who}: expected an image { width, height, data: Uint8Array }${orTensor}, got ${got}. Load it with loadImage first.`,
    );
  }
  const { width, height, data } = image;
  const channels = channelsOf(image);
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new ImageError(
      `${who}: expected an image with positive integer sides, got width ${width} and height ${height}. Check where the image comes from.`,
    );
  }
  if (channels !== 1 && channels !== 3) {
    throw new ImageError(
      `${who}: expected an image of 3 channels (RGB) or 1 (gray), got channels ${channels}. Convert it with loadImage first.`,
    );
  }
  const expected = width * height * channels;
  if (data.length === expected) return;
  const remedy =
    data.length === width * height * 4
      ? 'These look like RGBA pixels: pass them through loadImage, which drops alpha.'
      : data.length === width * height
        ? 'This looks like a gray image: add channels: 1, or pass it through loadImage to replicate it.'
        : 'Give interleaved red, green, blue bytes.';
  throw new ImageError(
    `${who}: expected ${expected} bytes for a ${width}×${height} image of ${channels} channels, got ${data.length}. ${remedy}`,
  );
}

function describe(value: object | null): string {
  if (value === null) return 'null';
  if ('shape' in value && Array.isArray(value.shape)) return `a tensor of shape [${value.shape}]`;
  return `an object with ${Object.keys(value).slice(0, 4).join(', ') || 'no fields'}`;
}
