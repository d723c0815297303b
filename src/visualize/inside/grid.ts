import { ZooError } from '../../core/index.js';
import { checkImage, type RGBImage } from '../../transforms/index.js';
import { expectIntegers } from './checks.js';
import type { Color } from './colormap.js';

/** Options of `makeGrid`. */
export interface GridOptions {
  /** Pictures in a row. Default 8. */
  readonly columns?: number | undefined;
  /** Pixels around each picture. Default 2. */
  readonly padding?: number | undefined;
  /** How many pixels across each pixel becomes. Default 1. */
  readonly scale?: number | undefined;
  /** Of what is between the pictures. Default white. */
  readonly background?: Color | undefined;
}

/**
 * Pictures of one size side by side in one, row by row: `torchvision.utils.make_grid`.
 *
 * Shape: n pictures of width × height → columns · (width · scale + padding) + padding wide, and as many rows as it takes.
 * @throws ZooError for no pictures, or ones of different sizes
 * @throws ImageError for what is no picture
 * @example
 * ```ts
 * const black = { width: 2, height: 2, data: new Uint8Array(12) };
 * const grid = visualize.makeGrid([black, black, black], { columns: 2, padding: 1 });
 * console.log(grid.width, grid.height); // 7 7
 * ```
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.utils.make_grid.html
 */
export function makeGrid(images: readonly RGBImage[], options: GridOptions = {}): RGBImage {
  const { columns = 8, padding = 2, scale = 1, background = [255, 255, 255] } = options;
  const who = 'visualize.makeGrid';
  expectIntegers(who, { columns, scale });
  expectIntegers(who, { padding }, 0);
  const { width, height } = expectOneSize(who, images);
  const [across, down] = [Math.min(columns, images.length), Math.ceil(images.length / columns)];
  const [stepX, stepY] = [width * scale + padding, height * scale + padding];
  const grid = filled(across * stepX + padding, down * stepY + padding, background);
  for (const [index, image] of images.entries()) {
    const left = padding + (index % columns) * stepX;
    const top = padding + Math.floor(index / columns) * stepY;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = 3 * (Math.floor(y / scale) * width + Math.floor(x / scale));
        grid.data.set(image.data.subarray(from, from + 3), 3 * ((top + y) * grid.width + left + x));
      }
    }
  }
  return grid;
}

function filled(width: number, height: number, color: Color): RGBImage {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at += 3) data.set(color, at);
  return { width, height, data };
}

function expectOneSize(who: string, images: readonly RGBImage[]): RGBImage {
  const [first] = images;
  if (!first) throw new ZooError(`${who}: expected at least one picture, got none. Pass the pictures to show.`);
  for (const image of images) {
    checkImage(who, image);
    if (image.width === first.width && image.height === first.height) continue;
    throw new ZooError(
      `${who}: expected pictures of one size, ${first.width}×${first.height}, got one of ${image.width}×${image.height}. ` +
        'Resize them first.',
    );
  }
  return first;
}
