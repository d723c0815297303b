// AssemblyScript. What is computed of a window of an image for each channel by itself, four channels at a time: see ../windows.ts.

/** Bytes of a vector of four channels. */
const VECTOR: usize = 16;

/**
 * Rows `from` to `to` of images [N, paddedHeight, before + line + after], a value around those of [N, height, line].
 * @param top how many rows are above each image
 */
export function padRows(
  images: usize,
  padded: usize,
  line: i32,
  before: i32,
  after: i32,
  height: i32,
  top: i32,
  paddedHeight: i32,
  value: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (line as usize) << 2;
  const paddedLine = before + line + after;
  let target = padded + (((from as usize) * (paddedLine as usize)) << 2);
  for (let row = from; row < to; row++) {
    const y = (row % paddedHeight) - top;
    if (y < 0 || y >= height) {
      target = fill(target, value, paddedLine);
      continue;
    }
    target = fill(target, value, before);
    memory.copy(target, images + ((row / paddedHeight) * height + y) * bytes, bytes);
    target = fill(target + bytes, value, after);
  }
}

/** @returns the address behind what is filled */
function fill(target: usize, value: f32, count: i32): usize {
  const end = target + ((count as usize) << 2);
  const vector = f32x4.splat(value);
  for (; target + VECTOR <= end; target += VECTOR) v128.store(target, vector);
  for (; target < end; target += 4) store<f32>(target, value);
  return target;
}

/**
 * Depthwise convolution: of outputs `from` to `to`, each with `channels` numbers, the weighted sum of `taps` pixels, and the bias, kept
 * within `low` and `high`.
 * @param starts for each output, how many bytes its window begins behind `images`
 * @param offsets for each tap, how many bytes it lies behind the window's beginning
 * @param filter [taps, channels]
 */
export function convolveDepthwise(
  images: usize,
  filter: usize,
  bias: usize,
  out: usize,
  starts: usize,
  offsets: usize,
  taps: i32,
  channels: i32,
  low: f32,
  high: f32,
  from: i32,
  to: i32,
): void {
  const row = (channels as usize) << 2;
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  for (let i = from; i < to; i++) {
    const window = images + load<u32>(starts + (i << 2));
    const target = out + (i as usize) * row;
    let c: usize = 0;
    for (; c + VECTOR <= row; c += VECTOR) {
      let sum = v128.load(bias + c);
      let weight = filter + c;
      for (let tap = 0; tap < taps; tap++, weight += row) {
        const x = v128.load(window + load<u32>(offsets + (tap << 2)) + c);
        sum = f32x4.add(sum, f32x4.mul(x, v128.load(weight)));
      }
      v128.store(target + c, f32x4.min(f32x4.max(sum, lowest), highest));
    }
    for (; c < row; c += 4) {
      let sum = load<f32>(bias + c);
      let weight = filter + c;
      for (let tap = 0; tap < taps; tap++, weight += row) {
        sum += load<f32>(window + load<u32>(offsets + (tap << 2)) + c) * load<f32>(weight);
      }
      store<f32>(target + c, min(max(sum, low), high));
    }
  }
}

/** The largest number in a window, of outputs `from` to `to`; NaN where there is one. Arguments as above. */
export function maxPool(
  images: usize,
  out: usize,
  starts: usize,
  offsets: usize,
  taps: i32,
  channels: i32,
  from: i32,
  to: i32,
): void {
  const row = (channels as usize) << 2;
  for (let i = from; i < to; i++) {
    const window = images + load<u32>(starts + (i << 2));
    const target = out + (i as usize) * row;
    let c: usize = 0;
    for (; c + VECTOR <= row; c += VECTOR) {
      let most = v128.load(window + load<u32>(offsets) + c);
      for (let tap = 1; tap < taps; tap++) {
        most = f32x4.max(most, v128.load(window + load<u32>(offsets + (tap << 2)) + c));
      }
      v128.store(target + c, most);
    }
    for (; c < row; c += 4) {
      let most = load<f32>(window + load<u32>(offsets) + c);
      for (let tap = 1; tap < taps; tap++) most = max(most, load<f32>(window + load<u32>(offsets + (tap << 2)) + c));
      store<f32>(target + c, most);
    }
  }
}
