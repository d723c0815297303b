// AssemblyScript. Products of rows with rows: see ../matrix-products.ts.

/** Rows of the one matrix and of the other whose products are computed at once, as many sums as fit in registers. */
const ROWS: i32 = 4;
const OTHER_ROWS: i32 = 2;

/** Numbers of a row that are multiplied before it is the next row's turn, so that those of the one matrix stay in the cache. */
const DEPTH: i32 = 1024;

/** out [rows, others] = a [rows, inner] · b [others, inner]ᵀ, of the rows `from` to `to` of b, which are read once, where they lie. */
export function multiplyByRows(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  others: i32,
  inner: i32,
  from: i32,
  to: i32,
): void {
  for (let k = 0; k < inner; k += DEPTH) {
    const depth = min(DEPTH, inner - k);
    for (let other = from; other < to; other += OTHER_ROWS) {
      for (let row = 0; row < rows; row += ROWS) {
        multiplyFew(a, b, out, rows, others, inner, k, depth, row, other, to);
      }
    }
  }
}

/** Up to four rows with up to two; the last row stands in for those that are missing. */
function multiplyFew(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  others: i32,
  inner: i32,
  k: i32,
  depth: i32,
  row: i32,
  other: i32,
  to: i32,
): void {
  const last = rows - 1;
  const stride = (inner as usize) << 2;
  let a0 = a + ((row * inner + k) << 2);
  let a1 = a + ((min(row + 1, last) * inner + k) << 2);
  let a2 = a + ((min(row + 2, last) * inner + k) << 2);
  let a3 = a + ((min(row + 3, last) * inner + k) << 2);
  let b0 = b + ((other * inner + k) << 2);
  let b1 = other + 1 < to ? b0 + stride : b0;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (const end = b0 + ((depth & ~3) << 2); b0 < end; b0 += 16) {
    const x = v128.load(b0);
    const y = v128.load(b1);
    const r0 = v128.load(a0);
    s00 = f32x4.add(s00, f32x4.mul(r0, x));
    s01 = f32x4.add(s01, f32x4.mul(r0, y));
    const r1 = v128.load(a1);
    s10 = f32x4.add(s10, f32x4.mul(r1, x));
    s11 = f32x4.add(s11, f32x4.mul(r1, y));
    const r2 = v128.load(a2);
    s20 = f32x4.add(s20, f32x4.mul(r2, x));
    s21 = f32x4.add(s21, f32x4.mul(r2, y));
    const r3 = v128.load(a3);
    s30 = f32x4.add(s30, f32x4.mul(r3, x));
    s31 = f32x4.add(s31, f32x4.mul(r3, y));
    b1 += 16;
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
  }
  const rest = depth & 3;
  const isAdded = k > 0;
  const line = (others as usize) << 2;
  const target = out + ((row * others + other) << 2);
  const isPair = other + 1 < to;
  storePair(target, sumOf(s00, a0, b0, rest), sumOf(s01, a0, b1, rest), isPair, isAdded);
  if (row + 1 < rows) storePair(target + line, sumOf(s10, a1, b0, rest), sumOf(s11, a1, b1, rest), isPair, isAdded);
  if (row + 2 < rows) storePair(target + 2 * line, sumOf(s20, a2, b0, rest), sumOf(s21, a2, b1, rest), isPair, isAdded);
  if (row + 3 < rows) storePair(target + 3 * line, sumOf(s30, a3, b0, rest), sumOf(s31, a3, b1, rest), isPair, isAdded);
}

/** The sum of four sums, and of the products of up to three numbers behind them. */
@inline
function sumOf(sums: v128, a: usize, b: usize, rest: i32): f32 {
  const pairs = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 2, 3, 0, 1));
  let sum = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
  for (let i: usize = 0; i < ((rest << 2) as usize); i += 4) sum += load<f32>(a + i) * load<f32>(b + i);
  return sum;
}

@inline
function storePair(target: usize, first: f32, second: f32, isPair: bool, isAdded: bool): void {
  store<f32>(target, isAdded ? load<f32>(target) + first : first);
  if (isPair) store<f32>(target, isAdded ? load<f32>(target, 4) + second : second, 4);
}
