import { ZooError } from '../../core/index.js';
import { checkImage, type RGBImage } from '../../transforms/index.js';
import { type Colormap, colorsOf } from './colormap.js';

/** How much each place of an image speaks for a class. */
export interface HeatMap {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly data: Float32Array;
  /** The class that is spoken for. */
  readonly classIndex: number;
}

/** Options of `heatImage`. */
export interface HeatImageOptions {
  /** Default 'inferno'. */
  readonly colormap?: Colormap | undefined;
}

/** Options of `overlay`. */
export interface OverlayOptions extends HeatImageOptions {
  /** Of the colours over the photograph: 0 to 1. Default 0.5. */
  readonly opacity?: number | undefined;
}

/**
 * A heat map as a picture of its size: 0 and what speaks against the class are dark, its largest value is bright.
 * @throws ZooError for a colormap that is none
 */
export function heatImage(heat: HeatMap, { colormap = 'inferno' }: HeatImageOptions = {}): RGBImage {
  const colors = colorsOf('visualize.heatImage', colormap);
  const { width, height } = heat;
  const data = new Uint8Array(3 * width * height);
  for (const [i, share] of sharesOf(heat).entries()) data.set(colors(share), 3 * i);
  return { width, height, data };
}

/**
 * A heat map over the photograph that it was made of, enlarged to its size: smoothly, as each value is that of a patch.
 * @throws ZooError for a colormap that is none, and an opacity outside of 0 to 1
 * @throws ImageError for what is no picture
 * @example
 * ```ts
 * const heat = { width: 1, height: 1, data: Float32Array.of(1), classIndex: 0 };
 * const photo = { width: 2, height: 1, data: new Uint8Array(6) };
 * console.log([...visualize.overlay(photo, heat, { colormap: 'gray' }).data]); // [128, 128, 128, 128, 128, 128]
 * ```
 */
export function overlay(photo: RGBImage, heat: HeatMap, options: OverlayOptions = {}): RGBImage {
  const who = 'visualize.overlay';
  const { colormap = 'inferno', opacity = 0.5 } = options;
  checkImage(who, photo);
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new ZooError(`${who}: expected opacity from 0 to 1, got ${opacity}. Give 0.5 to see both.`);
  }
  const colors = colorsOf(who, colormap);
  const { width, height } = photo;
  const shares = enlarge(sharesOf(heat), heat, width, height);
  const data = Uint8Array.from(photo.data, (byte, i) => {
    const color = colors(shares[Math.floor(i / 3)]!)[i % 3]!;
    return Math.round(byte * (1 - opacity) + color * opacity);
  });
  return { width, height, data };
}

function sharesOf({ data }: HeatMap): Float32Array {
  const most = data.reduce((largest, value) => Math.max(largest, value), 0);
  return data.map((value) => (most > 0 ? Math.max(value, 0) / most : 0));
}

/** Between the middles of the old pixels straight, beyond the outermost constant. */
function enlarge(
  values: Float32Array,
  from: { width: number; height: number },
  width: number,
  height: number,
): Float32Array {
  const [xs, ys] = [placesOf(from.width, width), placesOf(from.height, height)];
  const at = (x: number, y: number) => values[y * from.width + x]!;
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [xs[i % width]!, ys[Math.floor(i / width)]!];
    const upper = at(x.low, y.low) * (1 - x.share) + at(x.high, y.low) * x.share;
    const lower = at(x.low, y.high) * (1 - x.share) + at(x.high, y.high) * x.share;
    return upper * (1 - y.share) + lower * y.share;
  });
}

function placesOf(before: number, after: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: after }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * before) / after - 0.5, 0), before - 1);
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, before - 1), share: place - low };
  });
}
