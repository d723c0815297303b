import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';

/** Pixels as canvases, jimp and image decoders hand them out: 1 to 4 interleaved channels. */
export interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * Pixels of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels as RGB: gray is repeated, alpha dropped without
 * compositing, as Pillow's `convert('RGB')` does. Always a copy.
 *
 * @throws ImageError where sides and bytes do not go together.
 */
export function toRgb({ width, height, data }: RawPixels): RGBImage {
  const pixels = width * height;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new ImageError(
      `loadImage: expected pixels with positive integer sides, got width ${width} and height ${height}. Check where they come from.`,
    );
  }
  const channels = data.length / pixels;
  if (![1, 2, 3, 4].includes(channels)) {
    throw new ImageError(
      `loadImage: expected ${pixels}, ${pixels * 3} or ${pixels * 4} bytes for gray, RGB or RGBA pixels of ${width}×${height}, got ${data.length}. Check the sides.`,
    );
  }
  const rgb = new Uint8Array(pixels * 3);
  const green = channels >= 3 ? 1 : 0;
  const blue = channels >= 3 ? 2 : 0;
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + green]!;
    rgb[to + 2] = data[from + blue]!;
  }
  return { width, height, data: rgb };
}
