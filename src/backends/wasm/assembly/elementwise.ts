// AssemblyScript. What is computed of each number by itself, four at a time: of those `from` to `to`.

/** Bytes of a vector of four numbers. */
const VECTOR: usize = 16;

/** The number kept within `low` and `high`; NaN stays. */
export function clamp(x: usize, out: usize, low: f32, high: f32, from: i32, to: i32): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const end = (to as usize) << 2;
  let i = (from as usize) << 2;
  for (; i + VECTOR <= end; i += VECTOR) {
    v128.store(out + i, f32x4.min(f32x4.max(v128.load(x + i), lowest), highest));
  }
  for (; i < end; i += 4) store<f32>(out + i, min(max(load<f32>(x + i), low), high));
}

/**
 * Pixels of so many channels, each channel multiplied by its factor and its shift added.
 * @param factors [2, channels], the shifts behind the factors
 */
export function scaleAndShift(x: usize, out: usize, factors: usize, channels: i32, from: i32, to: i32): void {
  const row = (channels as usize) << 2;
  const end = x + (to as usize) * row;
  x += (from as usize) * row;
  out += (from as usize) * row;
  for (; x < end; x += row, out += row) {
    let c: usize = 0;
    for (; c + VECTOR <= row; c += VECTOR) {
      const scaled = f32x4.mul(v128.load(x + c), v128.load(factors + c));
      v128.store(out + c, f32x4.add(scaled, v128.load(factors + row + c)));
    }
    for (; c < row; c += 4) {
      store<f32>(out + c, load<f32>(x + c) * load<f32>(factors + c) + load<f32>(factors + row + c));
    }
  }
}

/** dy where x is positive or NaN, else 0, whatever dy is there. */
export function reluGrad(dy: usize, x: usize, out: usize, from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  const end = (to as usize) << 2;
  let i = (from as usize) << 2;
  for (; i + VECTOR <= end; i += VECTOR) {
    v128.store(out + i, v128.andnot(v128.load(dy + i), f32x4.le(v128.load(x + i), zero)));
  }
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(x + i) <= 0 ? 0 : load<f32>(dy + i));
}

/** a · factor + b · otherFactor */
export function weightedSum(
  a: usize,
  factor: f32,
  b: usize,
  otherFactor: f32,
  out: usize,
  from: i32,
  to: i32,
): void {
  const alpha = f32x4.splat(factor);
  const beta = f32x4.splat(otherFactor);
  const end = (to as usize) << 2;
  let i = (from as usize) << 2;
  for (; i + VECTOR <= end; i += VECTOR) {
    v128.store(out + i, f32x4.add(f32x4.mul(v128.load(a + i), alpha), f32x4.mul(v128.load(b + i), beta)));
  }
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(a + i) * factor + load<f32>(b + i) * otherFactor);
}
