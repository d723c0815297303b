// AssemblyScript. The transforms of Winograd's convolution, four channels at a time: see ../winograd.ts, which says what they are for.
//
// A tile of `size` × `size` numbers gives outputs of 2 × 2. Its transforms are one-dimensional ones of its columns, then of its rows.
// `size` is 4, for filters of 3 × 3, or 6, for filters of 5 × 5: the numbers are polynomials' coefficients, their transform the values at
// 0, 1, −1, (2, −2,) and ∞.

import { room } from './room';

/** Bytes of a vector of four channels. */
const VECTOR: usize = 16;

/** Columns of a panel, and the bytes of its rows: see multiply.ts. */
const PANEL: i32 = 16;
const PANEL_ROW: usize = 64;

@inline
function scale(x: v128, factor: f32): v128 {
  return f32x4.mul(x, f32x4.splat(factor));
}

/** A line of the image; its vectors are `fromStep` bytes apart, what becomes of them `toStep`. */
@inline
function transformInputLine(from: usize, fromStep: usize, to: usize, toStep: usize, size: i32): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + fromStep);
  const d2 = v128.load(from + 2 * fromStep);
  const d3 = v128.load(from + 3 * fromStep);
  if (size === 4) {
    v128.store(to, f32x4.sub(d0, d2));
    v128.store(to + toStep, f32x4.add(d1, d2));
    v128.store(to + 2 * toStep, f32x4.sub(d2, d1));
    v128.store(to + 3 * toStep, f32x4.sub(d1, d3));
    return;
  }
  const d4 = v128.load(from + 4 * fromStep);
  const d5 = v128.load(from + 5 * fromStep);
  const even = f32x4.sub(d4, scale(d2, 4));
  const odd = f32x4.sub(d3, scale(d1, 4));
  const evenTwo = f32x4.sub(d4, d2);
  const oddTwo = scale(f32x4.sub(d3, d1), 2);
  v128.store(to, f32x4.add(f32x4.sub(scale(d0, 4), scale(d2, 5)), d4));
  v128.store(to + toStep, f32x4.add(even, odd));
  v128.store(to + 2 * toStep, f32x4.sub(even, odd));
  v128.store(to + 3 * toStep, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * toStep, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * toStep, f32x4.add(f32x4.sub(scale(d1, 4), scale(d3, 5)), d5));
}

/** A line of three or five taps to one of four or six values. */
@inline
function transformFilterLine(from: usize, fromStep: usize, to: usize, toStep: usize, size: i32): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + fromStep);
  const g2 = v128.load(from + 2 * fromStep);
  if (size === 4) {
    const even = f32x4.add(g0, g2);
    v128.store(to, g0);
    v128.store(to + toStep, scale(f32x4.add(even, g1), 0.5));
    v128.store(to + 2 * toStep, scale(f32x4.sub(even, g1), 0.5));
    v128.store(to + 3 * toStep, g2);
    return;
  }
  const g3 = v128.load(from + 3 * fromStep);
  const g4 = v128.load(from + 4 * fromStep);
  const even = f32x4.add(f32x4.add(g0, g2), g4);
  const odd = f32x4.add(g1, g3);
  const evenTwo = f32x4.add(f32x4.add(g0, scale(g2, 4)), scale(g4, 16));
  const oddTwo = f32x4.add(scale(g1, 2), scale(g3, 8));
  v128.store(to, scale(g0, 1.0 / 4.0));
  v128.store(to + toStep, scale(f32x4.add(even, odd), -1.0 / 6.0));
  v128.store(to + 2 * toStep, scale(f32x4.sub(even, odd), -1.0 / 6.0));
  v128.store(to + 3 * toStep, scale(f32x4.add(evenTwo, oddTwo), 1.0 / 24.0));
  v128.store(to + 4 * toStep, scale(f32x4.sub(evenTwo, oddTwo), 1.0 / 24.0));
  v128.store(to + 5 * toStep, g4);
}

/** A line of products to two outputs. */
@inline
function transformOutputLine(from: usize, fromStep: usize, to: usize, size: i32): void {
  const m1 = v128.load(from + fromStep);
  const m2 = v128.load(from + 2 * fromStep);
  const m3 = v128.load(from + 3 * fromStep);
  const first = f32x4.add(v128.load(from), f32x4.add(m1, m2));
  const second = f32x4.sub(m1, m2);
  if (size === 4) {
    v128.store(to, first);
    v128.store(to + VECTOR, f32x4.sub(second, m3));
    return;
  }
  const m4 = v128.load(from + 4 * fromStep);
  const m5 = v128.load(from + 5 * fromStep);
  v128.store(to, f32x4.add(first, f32x4.add(m3, m4)));
  v128.store(to + VECTOR, f32x4.add(f32x4.add(second, scale(f32x4.sub(m3, m4), 2)), m5));
}

/**
 * Transforms channels `from` to `to` of a filter [taps, taps, channels, outputs], taps being `size` − 1.
 * @param panels `size`² matrices [channels, outputs], as panels
 */
export function transformFilter(
  filter: usize,
  panels: usize,
  size: i32,
  channels: i32,
  outputs: i32,
  from: i32,
  to: i32,
): void {
  const taps = size - 1;
  const row = (size as usize) * VECTOR;
  const tap = ((channels * outputs) as usize) << 2;
  const panel = (channels as usize) * PANEL_ROW;
  const matrix = panel * (((outputs + PANEL - 1) / PANEL) as usize);
  for (let channel = from; channel < to; channel++) {
    for (let k = 0; k < outputs; k += 4) {
      const source = filter + (((channel * outputs + k) as usize) << 2);
      const target =
        panels + ((k / PANEL) as usize) * panel + (channel as usize) * PANEL_ROW + (((k % PANEL) as usize) << 2);
      for (let j = 0; j < taps; j++) {
        transformFilterLine(source + (j as usize) * tap, (taps as usize) * tap, room + (j as usize) * VECTOR, row, size);
      }
      for (let i = 0; i < size; i++) {
        transformFilterLine(room + (i as usize) * row, VECTOR, target + ((i * size) as usize) * matrix, matrix, size);
      }
    }
  }
}

/**
 * Transforms tiles `from` to `to` of images [N, height, width, channels]; tiles are counted in [N, tilesDown, tilesAcross] from `first` on.
 * @param transformed `size`² matrices [tiles, channels], one `stride` bytes behind the other
 * @param top rows of zeros above the image, which begin the first tile; `left` the same for columns
 */
export function transformInput(
  images: usize,
  transformed: usize,
  stride: usize,
  size: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  tilesDown: i32,
  tilesAcross: i32,
  first: i32,
  from: i32,
  to: i32,
): void {
  const row = (size as usize) * VECTOR;
  const pixel = (channels as usize) << 2;
  for (let at = from; at < to; at++) {
    const t = first + at;
    const y = ((t / tilesAcross) % tilesDown) * 2 - top;
    const x = (t % tilesAcross) * 2 - left;
    const corner = images + ((((t / (tilesDown * tilesAcross)) * height + y) * width + x) * channels << 2);
    const isInside = y >= 0 && y + size <= height && x >= 0 && x + size <= width;
    for (let c = 0; c < channels; c += 4) {
      let source = corner + ((c as usize) << 2);
      let right = pixel;
      let down = (width as usize) * pixel;
      if (!isInside) {
        source = copyTile(source, right, down, size, y, x, height, width);
        right = VECTOR;
        down = row;
      }
      for (let j = 0; j < size; j++) {
        transformInputLine(source + (j as usize) * right, down, room + (j as usize) * VECTOR, row, size);
      }
      const target = transformed + (((at * channels + c) as usize) << 2);
      for (let i = 0; i < size; i++) {
        transformInputLine(room + (i as usize) * row, VECTOR, target + ((i * size) as usize) * stride, stride, size);
      }
    }
  }
}

/** A copy of a tile at (y, x), with zeros for what lies beyond the image, behind the first in this thread's room. */
function copyTile(source: usize, right: usize, down: usize, size: i32, y: i32, x: i32, height: i32, width: i32): usize {
  const copy = room + ((size * size) as usize) * VECTOR;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const isInside = y + i >= 0 && y + i < height && x + j >= 0 && x + j < width;
      const value = isInside ? v128.load(source + (i as usize) * down + (j as usize) * right) : f32x4.splat(0);
      v128.store(copy + ((i * size + j) as usize) * VECTOR, value);
    }
  }
  return copy;
}

/**
 * Makes outputs [N, height, width, outputs] of the products of tiles `from` to `to`, counted as above, adds the bias, and keeps them within
 * `low` and `high`.
 * @param products `size`² matrices [tiles, outputs], one `stride` bytes behind the other
 * @param bias the address of one number for each output, or 0
 */
export function transformOutput(
  products: usize,
  stride: usize,
  bias: usize,
  out: usize,
  size: i32,
  height: i32,
  width: i32,
  outputs: i32,
  tilesDown: i32,
  tilesAcross: i32,
  low: f32,
  high: f32,
  first: i32,
  from: i32,
  to: i32,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  // Two rows of `size` columns, transformed downwards, then two by two outputs.
  const tile = room;
  const square = room + ((2 * size) as usize) * VECTOR;
  for (let at = from; at < to; at++) {
    const t = first + at;
    const y = ((t / tilesAcross) % tilesDown) * 2;
    const x = (t % tilesAcross) * 2;
    const corner = out + ((((t / (tilesDown * tilesAcross)) * height + y) * width + x) * outputs << 2);
    for (let k = 0; k < outputs; k += 4) {
      const source = products + (((at * outputs + k) as usize) << 2);
      for (let j = 0; j < size; j++) {
        transformOutputLine(source + (j as usize) * stride, (size as usize) * stride, tile + ((2 * j) as usize) * VECTOR, size);
      }
      transformOutputLine(tile, 2 * VECTOR, square, size);
      transformOutputLine(tile + VECTOR, 2 * VECTOR, square + 2 * VECTOR, size);
      const shift = bias ? v128.load(bias + ((k as usize) << 2)) : f32x4.splat(0);
      // The last tile of an odd number of rows or columns has outputs beyond the image.
      for (let i = 0; i < min(2, height - y); i++) {
        for (let j = 0; j < min(2, width - x); j++) {
          const value = f32x4.add(v128.load(square + ((2 * i + j) as usize) * VECTOR), shift);
          const target = corner + (((i * width + j) * outputs + k) << 2);
          v128.store(target, f32x4.min(f32x4.max(value, lowest), highest));
        }
      }
    }
  }
}
