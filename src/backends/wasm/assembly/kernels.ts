// AssemblyScript, which npm run build compiles to wasm: https://www.assemblyscript.org
//
// Loops over the memory of tfjs' own program. Addresses are in bytes, all else counts float32.

/**
 * Adds x [rows] · weight [rows, columns], of rows `from` to `to`, to the row `part` of out [parts, columns].
 *
 * The weight is read once, where it lies, and in the order in which it lies: memory is what this waits for. Eight rows at a time,
 * so that `out` is read and written an eighth as often.
 */
export function multiplyVector(
  x: usize,
  weight: usize,
  out: usize,
  columns: i32,
  from: i32,
  to: i32,
  part: i32,
): void {
  const row: usize = (columns as usize) << 2;
  const begin = out + (part as usize) * row;
  const end = begin + row;
  const vectorEnd = end - 12;
  x += (from as usize) << 2;
  let w = weight + (from as usize) * row;
  let k = from;
  for (; k + 8 <= to; k += 8, x += 32, w += 7 * row) {
    const x0 = v128.load32_splat(x);
    const x1 = v128.load32_splat(x, 4);
    const x2 = v128.load32_splat(x, 8);
    const x3 = v128.load32_splat(x, 12);
    const x4 = v128.load32_splat(x, 16);
    const x5 = v128.load32_splat(x, 20);
    const x6 = v128.load32_splat(x, 24);
    const x7 = v128.load32_splat(x, 28);
    let o = begin;
    for (; o < vectorEnd; o += 16, w += 16) {
      let even = f32x4.add(v128.load(o), f32x4.mul(x0, v128.load(w)));
      let odd = f32x4.mul(x1, v128.load(w + row));
      even = f32x4.add(even, f32x4.mul(x2, v128.load(w + 2 * row)));
      odd = f32x4.add(odd, f32x4.mul(x3, v128.load(w + 3 * row)));
      even = f32x4.add(even, f32x4.mul(x4, v128.load(w + 4 * row)));
      odd = f32x4.add(odd, f32x4.mul(x5, v128.load(w + 5 * row)));
      even = f32x4.add(even, f32x4.mul(x6, v128.load(w + 6 * row)));
      odd = f32x4.add(odd, f32x4.mul(x7, v128.load(w + 7 * row)));
      v128.store(o, f32x4.add(even, odd));
    }
    for (; o < end; o += 4, w += 4) {
      let sum = load<f32>(o);
      for (let i: usize = 0; i < 8; i++) sum += load<f32>(x + (i << 2)) * load<f32>(w + i * row);
      store<f32>(o, sum);
    }
  }
  for (; k < to; k++, x += 4) {
    const xk = load<f32>(x);
    for (let o = begin; o < end; o += 4, w += 4) store<f32>(o, load<f32>(o) + xk * load<f32>(w));
  }
}

/**
 * Writes rows `from` to `to` of a matrix [rows, columns] as columns, the one below the other at a distance of `stride`: a part of a
 * larger transposed one.
 *
 * Squares of 4 × 4 are turned in registers, bits as they are. Rows go in bands of 32, two cache lines of each column.
 */
export function transpose(source: usize, target: usize, columns: i32, stride: i32, from: i32, to: i32): void {
  const row: usize = (columns as usize) << 2;
  const column: usize = (stride as usize) << 2;
  for (let first = from; first < to; first += 32) {
    const last = min(first + 32, to);
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      let s = source + (first as usize) * row + ((c as usize) << 2);
      let t = target + (c as usize) * column + ((first as usize) << 2);
      let r = first;
      for (; r + 4 <= last; r += 4, s += 4 * row, t += 16) {
        const a = v128.load(s);
        const b = v128.load(s + row);
        const d = v128.load(s + 2 * row);
        const e = v128.load(s + 3 * row);
        const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
        const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
        const deLow = v128.shuffle<i32>(d, e, 0, 4, 1, 5);
        const deHigh = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
        v128.store(t, v128.shuffle<i64>(abLow, deLow, 0, 2));
        v128.store(t + column, v128.shuffle<i64>(abLow, deLow, 1, 3));
        v128.store(t + 2 * column, v128.shuffle<i64>(abHigh, deHigh, 0, 2));
        v128.store(t + 3 * column, v128.shuffle<i64>(abHigh, deHigh, 1, 3));
      }
      for (; r < last; r++, s += row, t += 4) {
        for (let i: usize = 0; i < 4; i++) store<u32>(t + i * column, load<u32>(s + (i << 2)));
      }
    }
    for (; c < columns; c++) {
      let s = source + (first as usize) * row + ((c as usize) << 2);
      let t = target + (c as usize) * column + ((first as usize) << 2);
      for (let r = first; r < last; r++, s += row, t += 4) store<u32>(t, load<u32>(s));
    }
  }
}

/** Turns taps `from` to `to` of a filter [taps, channels, outputs] by 180° and swaps its channels: [taps, outputs, channels]. */
export function turnFilter(
  filter: usize,
  turned: usize,
  taps: i32,
  channels: i32,
  outputs: i32,
  from: i32,
  to: i32,
): void {
  const tap = ((channels * outputs) as usize) << 2;
  for (let t = from; t < to; t++) {
    transpose(filter + (t as usize) * tap, turned + ((taps - 1 - t) as usize) * tap, outputs, channels, 0, channels);
  }
}
