// AssemblyScript. The transforms of Winograd's convolution, four channels at a time: see ../winograd.ts, which says what they are for.
//
// A tile of `size` × `size` numbers gives outputs of 2 × 2. Its transforms are one-dimensional ones of its columns, then of its rows.
// `size` is 4, for filters of 3 × 3, or 6, for filters of 5 × 5: the numbers are polynomials' coefficients, their transform the values at
// 0, 1, −1, (2, −2,) and ∞.

/** Bytes of a vector of four channels. */
const VECTOR: usize = 16;

/** Where a tile is transformed: room for 36 vectors, of each thread's own. */
let tile: usize = 0;

export function setRoom(address: usize): void {
  tile = address;
}

@inline
function scale(x: v128, factor: f32): v128 {
  return f32x4.mul(x, f32x4.splat(factor));
}

/** A line of the image, in place; its vectors are `step` bytes apart. */
@inline
function transformInputLine(line: usize, step: usize, size: i32): void {
  const d0 = v128.load(line);
  const d1 = v128.load(line + step);
  const d2 = v128.load(line + 2 * step);
  const d3 = v128.load(line + 3 * step);
  if (size === 4) {
    v128.store(line, f32x4.sub(d0, d2));
    v128.store(line + step, f32x4.add(d1, d2));
    v128.store(line + 2 * step, f32x4.sub(d2, d1));
    v128.store(line + 3 * step, f32x4.sub(d1, d3));
    return;
  }
  const d4 = v128.load(line + 4 * step);
  const d5 = v128.load(line + 5 * step);
  const even = f32x4.sub(d4, scale(d2, 4));
  const odd = f32x4.sub(d3, scale(d1, 4));
  const evenTwo = f32x4.sub(d4, d2);
  const oddTwo = scale(f32x4.sub(d3, d1), 2);
  v128.store(line, f32x4.add(f32x4.sub(scale(d0, 4), scale(d2, 5)), d4));
  v128.store(line + step, f32x4.add(even, odd));
  v128.store(line + 2 * step, f32x4.sub(even, odd));
  v128.store(line + 3 * step, f32x4.add(evenTwo, oddTwo));
  v128.store(line + 4 * step, f32x4.sub(evenTwo, oddTwo));
  v128.store(line + 5 * step, f32x4.add(f32x4.sub(scale(d1, 4), scale(d3, 5)), d5));
}

/** A line of three or five taps to one of four or six values, in place. */
@inline
function transformFilterLine(line: usize, step: usize, size: i32): void {
  const g0 = v128.load(line);
  const g1 = v128.load(line + step);
  const g2 = v128.load(line + 2 * step);
  if (size === 4) {
    const even = f32x4.add(g0, g2);
    v128.store(line + step, scale(f32x4.add(even, g1), 0.5));
    v128.store(line + 2 * step, scale(f32x4.sub(even, g1), 0.5));
    v128.store(line + 3 * step, g2);
    return;
  }
  const g3 = v128.load(line + 3 * step);
  const g4 = v128.load(line + 4 * step);
  const even = f32x4.add(f32x4.add(g0, g2), g4);
  const odd = f32x4.add(g1, g3);
  const evenTwo = f32x4.add(f32x4.add(g0, scale(g2, 4)), scale(g4, 16));
  const oddTwo = f32x4.add(scale(g1, 2), scale(g3, 8));
  v128.store(line, scale(g0, 1.0 / 4.0));
  v128.store(line + step, scale(f32x4.add(even, odd), -1.0 / 6.0));
  v128.store(line + 2 * step, scale(f32x4.sub(even, odd), -1.0 / 6.0));
  v128.store(line + 3 * step, scale(f32x4.add(evenTwo, oddTwo), 1.0 / 24.0));
  v128.store(line + 4 * step, scale(f32x4.sub(evenTwo, oddTwo), 1.0 / 24.0));
  v128.store(line + 5 * step, g4);
}

/** A line of products to two outputs, in place. */
@inline
function transformOutputLine(line: usize, step: usize, size: i32): void {
  const m1 = v128.load(line + step);
  const m2 = v128.load(line + 2 * step);
  const m3 = v128.load(line + 3 * step);
  const first = f32x4.add(v128.load(line), f32x4.add(m1, m2));
  const second = f32x4.sub(m1, m2);
  if (size === 4) {
    v128.store(line, first);
    v128.store(line + step, f32x4.sub(second, m3));
    return;
  }
  const m4 = v128.load(line + 4 * step);
  const m5 = v128.load(line + 5 * step);
  v128.store(line, f32x4.add(first, f32x4.add(m3, m4)));
  v128.store(line + step, f32x4.add(f32x4.add(second, scale(f32x4.sub(m3, m4), 2)), m5));
}

/**
 * Transforms a filter [taps, taps, channels, outputs], taps being `size` − 1: `count` numbers for each tap, of which vectors `from` to
 * `to` are done.
 * @param transformed `size`² addresses of matrices [channels, outputs]
 */
export function transformFilter(
  filter: usize,
  transformed: usize,
  size: i32,
  count: i32,
  from: i32,
  to: i32,
): void {
  const taps = size - 1;
  const row = (size as usize) * VECTOR;
  for (let vector = from; vector < to; vector++) {
    const offset = (vector as usize) * VECTOR;
    for (let i = 0; i < taps; i++) {
      for (let j = 0; j < taps; j++) {
        const tap = filter + (((i * taps + j) * count) << 2) + offset;
        v128.store(tile + ((i * size + j) as usize) * VECTOR, v128.load(tap));
      }
    }
    for (let j = 0; j < taps; j++) transformFilterLine(tile + (j as usize) * VECTOR, row, size);
    for (let i = 0; i < size; i++) transformFilterLine(tile + (i as usize) * row, VECTOR, size);
    for (let p = 0; p < size * size; p++) {
      v128.store((load<u32>(transformed + (p << 2)) as usize) + offset, v128.load(tile + (p as usize) * VECTOR));
    }
  }
}

/**
 * Transforms tiles `from` to `to` of images [N, height, width, channels]; tiles are counted in [N, tilesDown, tilesAcross] from `first` on.
 * @param transformed `size`² addresses of matrices [tiles, channels]
 * @param top rows of zeros above the image, which begin the first tile; `left` the same for columns
 */
export function transformInput(
  images: usize,
  transformed: usize,
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
  for (let at = from; at < to; at++) {
    const t = first + at;
    const image = images + (((t / (tilesDown * tilesAcross)) * height * width * channels) << 2);
    const y = ((t / tilesAcross) % tilesDown) * 2 - top;
    const x = (t % tilesAcross) * 2 - left;
    for (let c = 0; c < channels; c += 4) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const isInside = y + i >= 0 && y + i < height && x + j >= 0 && x + j < width;
          const value = isInside
            ? v128.load(image + ((((y + i) * width + x + j) * channels + c) << 2))
            : f32x4.splat(0);
          v128.store(tile + ((i * size + j) as usize) * VECTOR, value);
        }
      }
      for (let j = 0; j < size; j++) transformInputLine(tile + (j as usize) * VECTOR, row, size);
      for (let i = 0; i < size; i++) transformInputLine(tile + (i as usize) * row, VECTOR, size);
      const offset = ((at * channels + c) as usize) << 2;
      for (let p = 0; p < size * size; p++) {
        v128.store((load<u32>(transformed + (p << 2)) as usize) + offset, v128.load(tile + (p as usize) * VECTOR));
      }
    }
  }
}

/**
 * Makes outputs [N, height, width, outputs] of the products of tiles `from` to `to`, counted as above, adds the bias, and keeps them within
 * `low` and `high`.
 * @param products `size`² addresses of matrices [tiles, outputs]
 * @param bias the address of one number for each output, or 0
 */
export function transformOutput(
  products: usize,
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
  const row = (size as usize) * VECTOR;
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  for (let at = from; at < to; at++) {
    const t = first + at;
    const image = out + (((t / (tilesDown * tilesAcross)) * height * width * outputs) << 2);
    const y = ((t / tilesAcross) % tilesDown) * 2;
    const x = (t % tilesAcross) * 2;
    for (let k = 0; k < outputs; k += 4) {
      const offset = ((at * outputs + k) as usize) << 2;
      for (let p = 0; p < size * size; p++) {
        v128.store(tile + (p as usize) * VECTOR, v128.load((load<u32>(products + (p << 2)) as usize) + offset));
      }
      for (let j = 0; j < size; j++) transformOutputLine(tile + (j as usize) * VECTOR, row, size);
      transformOutputLine(tile, VECTOR, size);
      transformOutputLine(tile + row, VECTOR, size);
      const shift = bias ? v128.load(bias + ((k as usize) << 2)) : f32x4.splat(0);
      // The last tile of an odd number of rows or columns has outputs beyond the image.
      for (let i = 0; i < min(2, height - y); i++) {
        for (let j = 0; j < min(2, width - x); j++) {
          const value = f32x4.add(v128.load(tile + (i as usize) * row + (j as usize) * VECTOR), shift);
          const target = image + ((((y + i) * width + x + j) * outputs + k) << 2);
          v128.store(target, f32x4.min(f32x4.max(value, lowest), highest));
        }
      }
    }
  }
}
