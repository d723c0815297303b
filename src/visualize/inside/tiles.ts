import { ZooError } from '../../core/index.js';
import type { RGBImage } from '../../transforms/index.js';
import { expectIntegers } from './checks.js';
import { type Colormap, colorsOf } from './colormap.js';
import { type GridOptions, makeGrid } from './grid.js';

/**
 * How values become shades: 'each' picture over its own range, 'all' over a common one, or `[gain, offset]`: value · gain + offset,
 * where 0 is dark and 1 is bright.
 */
export type Normalization = 'each' | 'all' | readonly [gain: number, offset: number];

/** What small pictures side by side have in common. */
export interface TileOptions extends GridOptions {
  /** How many, from the first on, or which. Default 32. */
  readonly channels?: number | readonly number[] | undefined;
  /** Default 'each'. */
  readonly normalize?: Normalization | undefined;
  /** Of numbers; filters of colours have their own. */
  readonly colormap?: Colormap | undefined;
}

/** The names of `TileOptions`. */
export const tileOptions = ['channels', 'columns', 'normalize', 'colormap', 'scale', 'padding', 'background'];

/** Small pictures of numbers: one to a pixel, or red, green and blue. */
export interface Tiles {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Row by row. */
  readonly values: readonly Float32Array[];
  /** Whether 0 is in the middle of the shades; else the least value is at their beginning. */
  readonly isSigned: boolean;
}

/** Pixels are to be seen: narrower pictures are enlarged. */
const NARROW = 32;

/** Numbers as pictures side by side. */
export function drawTiles(who: string, tiles: Tiles, options: TileOptions & { readonly colormap: Colormap }): RGBImage {
  const { width, height, channels, values } = tiles;
  const { columns, padding, background, colormap, normalize = 'each' } = options;
  const scale = options.scale ?? Math.max(1, Math.ceil(NARROW / width));
  expectIntegers(who, { columns: columns ?? 1, scale });
  const colors = colorsOf(who, colormap);
  const shares = sharesOf(who, tiles, normalize);
  const images = values.map((numbers, index) => {
    const share = shares[index]!;
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++) {
      if (channels === 1) data.set(colors(share(numbers[i]!)), 3 * i);
      else for (let c = 0; c < 3; c++) data[3 * i + c] = byteOf(share(numbers[3 * i + c]!));
    }
    return { width, height, data };
  });
  return makeGrid(images, { columns, padding, background, scale });
}

/** The channels that are asked for, of `count`. @throws ZooError for one that there is not */
export function chosenChannels(who: string, count: number, channels: number | readonly number[] = 32): number[] {
  if (typeof channels === 'number') {
    if (channels !== Number.POSITIVE_INFINITY) expectIntegers(who, { channels });
    return Array.from({ length: Math.min(channels, count) }, (_, index) => index);
  }
  const wrong = channels.filter((channel) => !(Number.isInteger(channel) && channel >= 0 && channel < count));
  if (wrong.length > 0 || channels.length === 0) {
    throw new ZooError(
      `${who}: expected channels from 0 to ${count - 1}, got ${wrong.join(', ') || 'none'}. ` +
        'Give how many, or the numbers of those to show.',
    );
  }
  return [...channels];
}

function byteOf(share: number): number {
  return Math.round(255 * Math.min(Math.max(share, 0), 1));
}

/** For each picture, what makes a share of 0 to 1 of a value. */
function sharesOf(who: string, { values, isSigned }: Tiles, normalize: Normalization): ((value: number) => number)[] {
  if (typeof normalize !== 'string') {
    const [gain, offset] = expectGain(who, normalize);
    return values.map(() => (value) => value * gain + offset);
  }
  if (normalize !== 'each' && normalize !== 'all') expectGain(who, normalize);
  const ranges = values.map(rangeOf);
  const common = {
    least: Math.min(...ranges.map(({ least }) => least)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
  return ranges.map((own) => {
    const { least, most } = normalize === 'all' ? common : own;
    if (isSigned) {
      const largest = Math.max(Math.abs(least), Math.abs(most)) || 1;
      return (value) => 0.5 + value / largest / 2;
    }
    return (value) => (most > least ? (value - least) / (most - least) : value - least);
  });
}

function expectGain(who: string, normalize: unknown): readonly [number, number] {
  if (Array.isArray(normalize) && normalize.length === 2 && normalize.every(Number.isFinite)) {
    return normalize as unknown as readonly [number, number];
  }
  throw new ZooError(
    `${who}: expected normalize to be 'each', 'all' or [gain, offset], got ${JSON.stringify(normalize)}. ` +
      'For weights of about -1 to 1 give [0.5, 0.5].',
  );
}

/** Over the finite values; of none, 0. */
function rangeOf(values: Float32Array): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most >= least ? { least, most } : { least: 0, most: 0 };
}
