import { colorOf } from './colors.js';

/** Small pictures to be shown side by side, a number or three to a pixel. */
export interface Maps {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** The values of a map, row by row: of one channel, or of red, green and blue in turn. */
  valuesOf(index: number): Float32Array;
  readonly kind: 'activation' | 'weight' | 'rgb';
}

/** Where the maps of a grid are, in shares of its width and height. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

const GAP = 3;
/** Pixels across. */
const SMALL = 40;

/** The values of an activation [1, H, W, C], a map to a channel; a vector [1, N] is one map. */
export function mapsOf(shape: readonly number[], data: Float32Array): Maps {
  const [, height, width, count] = shape;
  if (width !== undefined && height !== undefined && count !== undefined) {
    const valuesOf = (channel: number) =>
      Float32Array.from({ length: height * width }, (_, i) => data[i * count + channel]!);
    return { count, height, width, valuesOf, kind: 'activation' };
  }
  const columns = Math.ceil(Math.sqrt(data.length * 2));
  const rows = Math.ceil(data.length / columns);
  const values = new Float32Array(rows * columns).fill(Number.NaN);
  values.set(data);
  return { count: 1, height: rows, width: columns, valuesOf: () => values, kind: 'activation' };
}

/** Draws maps side by side, from number `first` on, as large as the canvas is wide. */
export function drawMaps(canvas: HTMLCanvasElement, maps: Maps, first: number, most: number, columns: number): Grid {
  const count = Math.min(most, maps.count - first);
  const grid = { columns: Math.min(columns, count), rows: Math.ceil(count / columns) };
  const width = Math.round(canvas.clientWidth * devicePixelRatio) || 1;
  const tile = width / grid.columns;
  const tileHeight = (tile * maps.height) / maps.width;
  canvas.width = width;
  canvas.height = Math.max(1, Math.round(tileHeight * grid.rows));
  const context = canvas.getContext('2d')!;
  const scratch = new OffscreenCanvas(maps.width, maps.height);
  const gap = grid.columns > 1 ? GAP * devicePixelRatio : 0;
  // Pixels of a small map are to be seen; those of a large one would only flicker.
  context.imageSmoothingEnabled = maps.width > SMALL;
  context.imageSmoothingQuality = 'high';
  for (let i = 0; i < count; i++) {
    scratch.getContext('2d')!.putImageData(pixelsOf(maps, first + i), 0, 0);
    const [left, top] = [(i % columns) * tile, Math.floor(i / columns) * tileHeight];
    context.drawImage(scratch, left + gap / 2, top + gap / 2, tile - gap, tileHeight - gap);
  }
  return grid;
}

/** One map in colours, over its own range. */
function pixelsOf({ height, width, kind, valuesOf }: Maps, index: number): ImageData {
  const values = valuesOf(index);
  const image = new ImageData(width, height);
  const { least, most } = rangeOf(values);
  const largest = Math.max(Math.abs(least), Math.abs(most)) || 1;
  const signed = (value: number) => 0.5 + value / largest / 2;
  for (let i = 0; i < width * height; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue; // transparent
    const color =
      kind === 'rgb'
        ? [0, 1, 2].map((channel) => 255 * signed(values[3 * i + channel]!))
        : kind === 'weight'
          ? colorOf('diverging', signed(value))
          : colorOf('viridis', most > least ? (value - least) / (most - least) : 0);
    image.data.set([...color, 255], 4 * i);
  }
  return image;
}

export function rangeOf(values: Float32Array): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
