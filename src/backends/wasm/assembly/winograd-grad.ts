// AssemblyScript. The transforms of Winograd's convolution turned round, for the gradient of its filter: see ../winograd-grad.ts.
//
// Where the convolution adds up values to make one of another, the gradient of that one goes to each of those values: the matrices of the
// transforms in winograd.ts, transposed.

import { room } from './room';

/** Bytes of a vector of four channels. */
const VECTOR: usize = 16;

@inline
function scale(x: v128, factor: f32): v128 {
  return f32x4.mul(x, f32x4.splat(factor));
}

/** Two outputs to a line of four or six products. */
@inline
function spreadOutputLine(o0: v128, o1: v128, to: usize, toStep: usize, size: i32): void {
  v128.store(to, o0);
  v128.store(to + toStep, f32x4.add(o0, o1));
  v128.store(to + 2 * toStep, f32x4.sub(o0, o1));
  if (size === 4) {
    v128.store(to + 3 * toStep, f32x4.neg(o1));
    return;
  }
  const twice = f32x4.add(o1, o1);
  v128.store(to + 3 * toStep, f32x4.add(o0, twice));
  v128.store(to + 4 * toStep, f32x4.sub(o0, twice));
  v128.store(to + 5 * toStep, o1);
}

/** A line of four or six values to one of three or five taps. */
@inline
function gatherFilterLine(from: usize, fromStep: usize, to: usize, toStep: usize, size: i32): void {
  const t0 = v128.load(from);
  const t1 = v128.load(from + fromStep);
  const t2 = v128.load(from + 2 * fromStep);
  const t3 = v128.load(from + 3 * fromStep);
  if (size === 4) {
    const even = scale(f32x4.add(t1, t2), 0.5);
    v128.store(to, f32x4.add(t0, even));
    v128.store(to + toStep, scale(f32x4.sub(t1, t2), 0.5));
    v128.store(to + 2 * toStep, f32x4.add(even, t3));
    return;
  }
  const t4 = v128.load(from + 4 * fromStep);
  const t5 = v128.load(from + 5 * fromStep);
  const even = scale(f32x4.add(t1, t2), -1.0 / 6.0);
  const odd = scale(f32x4.sub(t1, t2), -1.0 / 6.0);
  const evenTwo = scale(f32x4.add(t3, t4), 1.0 / 24.0);
  const oddTwo = scale(f32x4.sub(t3, t4), 1.0 / 24.0);
  v128.store(to, f32x4.add(scale(t0, 1.0 / 4.0), f32x4.add(even, evenTwo)));
  v128.store(to + toStep, f32x4.add(odd, scale(oddTwo, 2)));
  v128.store(to + 2 * toStep, f32x4.add(even, scale(evenTwo, 4)));
  v128.store(to + 3 * toStep, f32x4.add(odd, scale(oddTwo, 8)));
  v128.store(to + 4 * toStep, f32x4.add(f32x4.add(even, scale(evenTwo, 16)), t5));
}

/**
 * Spreads the gradients of outputs [N, height, width, outputs] over the products of tiles `from` to `to`, counted in
 * [N, tilesDown, tilesAcross] from `first` on.
 * @param products `size`² matrices [tiles, outputs], one `stride` bytes behind the other
 */
export function spreadOutput(
  dy: usize,
  products: usize,
  stride: usize,
  size: i32,
  height: i32,
  width: i32,
  outputs: i32,
  tilesDown: i32,
  tilesAcross: i32,
  first: i32,
  from: i32,
  to: i32,
): void {
  const zero = f32x4.splat(0);
  const pixel = (outputs as usize) << 2;
  const line = (width as usize) * pixel;
  for (let at = from; at < to; at++) {
    const t = first + at;
    const y = ((t / tilesAcross) % tilesDown) * 2;
    const x = (t % tilesAcross) * 2;
    // The last tile of an odd number of rows or columns has outputs beyond the image.
    const hasRight = x + 1 < width;
    const hasBelow = y + 1 < height;
    const corner = dy + ((((t / (tilesDown * tilesAcross)) * height + y) * width + x) * outputs << 2);
    for (let k = 0; k < outputs; k += 4) {
      const source = corner + ((k as usize) << 2);
      const right = hasRight ? v128.load(source + pixel) : zero;
      const below = hasBelow ? v128.load(source + line) : zero;
      const last = hasRight && hasBelow ? v128.load(source + line + pixel) : zero;
      // Downwards into two columns, then across.
      spreadOutputLine(v128.load(source), below, room, 2 * VECTOR, size);
      spreadOutputLine(right, last, room + VECTOR, 2 * VECTOR, size);
      const target = products + (((at * outputs + k) as usize) << 2);
      for (let i = 0; i < size; i++) {
        const pair = room + ((2 * i) as usize) * VECTOR;
        spreadOutputLine(v128.load(pair), v128.load(pair, VECTOR), target + ((i * size) as usize) * stride, stride, size);
      }
    }
  }
}

/**
 * Gathers the gradient of channels `from` to `to` of a filter [taps, taps, channels, outputs], taps being `size` − 1.
 * @param transformed `size`² matrices [channels, outputs], one behind the other
 */
export function gatherFilter(
  transformed: usize,
  filter: usize,
  size: i32,
  channels: i32,
  outputs: i32,
  from: i32,
  to: i32,
): void {
  const taps = size - 1;
  const row = (taps as usize) * VECTOR;
  const matrix = ((channels * outputs) as usize) << 2;
  for (let channel = from; channel < to; channel++) {
    for (let k = 0; k < outputs; k += 4) {
      const place = ((channel * outputs + k) as usize) << 2;
      for (let i = 0; i < size; i++) {
        gatherFilterLine(transformed + place + ((i * size) as usize) * matrix, matrix, room + (i as usize) * row, VECTOR, size);
      }
      for (let j = 0; j < taps; j++) {
        gatherFilterLine(room + (j as usize) * VECTOR, row, filter + place + (j as usize) * matrix, (taps as usize) * matrix, size);
      }
    }
  }
}
