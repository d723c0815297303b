// AssemblyScript. Matrix products, and convolutions and their gradients as such: see ../products.ts, which says what is multiplied.
import { room } from './room';

/** Columns that are computed at once: as many sums for two rows as fit in registers, with what is multiplied. */
const PANEL: i32 = 16;
/** Bytes of a row of a panel. */
const PANEL_ROW: usize = 64;

/**
 * A product as ../products.ts describes it in memory, field by field: out [matrices, rows, columns] = rows of images · factor + bias, kept
 * within `low` and `high`. Distances are in bytes, of numbers all else is counted.
 *
 * A row of an image is `inner` numbers in runs of `length`, such as those that a filter meets in as many lines of an image.
 */
@unmanaged
class Product {
  images: usize;
  factor: usize;
  bias: usize; // one number for each column, or none: 0
  out: usize;
  imagesStride: usize; // from one matrix to the next, as the next three
  factorStride: usize;
  outStride: usize;
  biasStride: usize;
  starts: usize; // for each row, how far it begins behind `images`
  offsets: usize; // for each run, how far it begins behind the row's start
  rows: i32;
  columns: i32;
  inner: i32;
  length: i32;
  step: usize; // from one number of a run to the next
  factorRow: usize; // from one row of the factor to the next
  factorPanel: usize; // from sixteen columns of the factor to the next sixteen
  outRow: usize; // from one row of `out` to the next
  rowsAtOnce: i32; // a piece of the work is so many rows,
  panelsAtOnce: i32; // so many sixteens of columns,
  runsAtOnce: i32; // and takes so many runs before it begins again with the next: what they read stays in the cache
  isAdded: i32; // to what is in `out`
  isSplit: i32; // the runs taken at once are summed by themselves, which rounds less than one long sum
  low: f32;
  high: f32;
}

/**
 * Writes a matrix [inner, columns] as panels [columns / 16, inner, 16], the last filled up with zeros: `from` to `to` of them.
 * @param row bytes from one row of the matrix to the next
 */
export function packPanels(matrix: usize, panels: usize, inner: i32, columns: i32, row: usize, from: i32, to: i32): void {
  for (let panel = from; panel < to; panel++) {
    let source = matrix + (panel as usize) * PANEL_ROW;
    let target = panels + (panel as usize) * (inner as usize) * PANEL_ROW;
    const count = min(PANEL, columns - panel * PANEL);
    for (let k = 0; k < inner; k++, source += row, target += PANEL_ROW) {
      memory.copy(target, source, (count as usize) << 2);
      memory.fill(target + ((count as usize) << 2), 0, ((PANEL - count) as usize) << 2);
    }
  }
}

/** Computes pieces of a product, counted in [matrices, rows / rowsAtOnce, columns / (16 · panelsAtOnce)]. */
export function multiply(at: usize, from: i32, to: i32): void {
  const p = changetype<Product>(at);
  const panels = (p.columns + PANEL - 1) / PANEL;
  const across = (panels + p.panelsAtOnce - 1) / p.panelsAtOnce;
  const down = (p.rows + p.rowsAtOnce - 1) / p.rowsAtOnce;
  const depth = p.runsAtOnce * p.length;
  for (let piece = from; piece < to; piece++) {
    const firstPanel = (piece % across) * p.panelsAtOnce;
    const lastPanel = min(firstPanel + p.panelsAtOnce, panels);
    const firstRow = ((piece / across) % down) * p.rowsAtOnce;
    const lastRow = min(firstRow + p.rowsAtOnce, p.rows);
    const matrix: usize = piece / (across * down);
    for (let k = 0; k < p.inner; k += depth) {
      for (let panel = firstPanel; panel < lastPanel; panel++) {
        multiplyPanel(p, matrix, panel, firstRow, lastRow, k, min(depth, p.inner - k));
      }
    }
  }
}

/** Rows `first` to `last` times `depth` rows of a panel, from `k` on. */
function multiplyPanel(p: Product, matrix: usize, panel: i32, first: i32, last: i32, k: i32, depth: i32): void {
  const image = p.images + matrix * p.imagesStride;
  const factor =
    p.factor + matrix * p.factorStride + (panel as usize) * p.factorPanel + (k as usize) * p.factorRow;
  const out = p.out + matrix * p.outStride + (panel as usize) * PANEL_ROW;
  const offsets = p.offsets + ((k / p.length) << 2);
  const isAdded = k > 0 || p.isAdded !== 0;
  const isLast = k + depth === p.inner;
  const low = f32x4.splat(isLast ? p.low : -Infinity);
  const high = f32x4.splat(isLast ? p.high : Infinity);
  const count = min(PANEL, p.columns - panel * PANEL);
  const bias =
    p.bias && !isAdded ? wholePanel(p.bias + matrix * p.biasStride + (panel as usize) * PANEL_ROW, room, count) : 0;
  for (let row = first; row < last; row += 2) {
    // An odd last row is computed twice, which is no slower than a loop of its own would be.
    const next = min(row + 1, last - 1);
    const target = out + (row as usize) * p.outRow;
    const nextTarget = out + (next as usize) * p.outRow;
    multiplyTwoRows(
      p,
      image + load<u32>(p.starts + (row << 2)),
      image + load<u32>(p.starts + (next << 2)),
      factor,
      offsets,
      depth,
      target,
      nextTarget,
      isAdded ? wholePanel(target, room, count) : bias,
      isAdded ? wholePanel(nextTarget, room + PANEL_ROW, count) : bias,
      count,
      low,
      high,
    );
  }
}

/** Sixteen numbers to read, of which so many count: behind a matrix's last columns there may be nothing, so those are copied. */
@inline
function wholePanel(at: usize, copy: usize, count: i32): usize {
  if (count === PANEL) return at;
  memory.copy(copy, at, (count as usize) << 2);
  return copy;
}

function multiplyTwoRows(
  p: Product,
  row: usize,
  next: usize,
  factor: usize,
  offsets: usize,
  depth: i32,
  out: usize,
  nextOut: usize,
  addend: usize,
  nextAddend: usize,
  count: i32,
  low: v128,
  high: v128,
): void {
  const step = p.step;
  const factorRow = p.factorRow;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  if (addend && !p.isSplit) {
    a0 = v128.load(addend);
    a1 = v128.load(addend, 16);
    a2 = v128.load(addend, 32);
    a3 = v128.load(addend, 48);
    b0 = v128.load(nextAddend);
    b1 = v128.load(nextAddend, 16);
    b2 = v128.load(nextAddend, 32);
    b3 = v128.load(nextAddend, 48);
  }
  for (; depth > 0; depth -= p.length, offsets += 4) {
    const offset: usize = load<u32>(offsets);
    let a = row + offset;
    let b = next + offset;
    for (const end = a + (min(depth, p.length) as usize) * step; a < end; ) {
      const f0 = v128.load(factor);
      const f1 = v128.load(factor, 16);
      const f2 = v128.load(factor, 32);
      const f3 = v128.load(factor, 48);
      const x = v128.load32_splat(a);
      a0 = f32x4.add(a0, f32x4.mul(x, f0));
      a1 = f32x4.add(a1, f32x4.mul(x, f1));
      a2 = f32x4.add(a2, f32x4.mul(x, f2));
      a3 = f32x4.add(a3, f32x4.mul(x, f3));
      const y = v128.load32_splat(b);
      b0 = f32x4.add(b0, f32x4.mul(y, f0));
      b1 = f32x4.add(b1, f32x4.mul(y, f1));
      b2 = f32x4.add(b2, f32x4.mul(y, f2));
      b3 = f32x4.add(b3, f32x4.mul(y, f3));
      a += step;
      b += step;
      factor += factorRow;
    }
  }
  if (addend && p.isSplit) {
    // Both are read before the first is written, for an odd last row is there twice.
    a0 = f32x4.add(a0, v128.load(addend));
    a1 = f32x4.add(a1, v128.load(addend, 16));
    a2 = f32x4.add(a2, v128.load(addend, 32));
    a3 = f32x4.add(a3, v128.load(addend, 48));
    b0 = f32x4.add(b0, v128.load(nextAddend));
    b1 = f32x4.add(b1, v128.load(nextAddend, 16));
    b2 = f32x4.add(b2, v128.load(nextAddend, 32));
    b3 = f32x4.add(b3, v128.load(nextAddend, 48));
  }
  storeRow(out, count, low, high, a0, a1, a2, a3);
  storeRow(nextOut, count, low, high, b0, b1, b2, b3);
}

/** Writes `count` of sixteen sums. */
@inline
function storeRow(out: usize, count: i32, low: v128, high: v128, s0: v128, s1: v128, s2: v128, s3: v128): void {
  s0 = f32x4.min(f32x4.max(s0, low), high);
  s1 = f32x4.min(f32x4.max(s1, low), high);
  s2 = f32x4.min(f32x4.max(s2, low), high);
  s3 = f32x4.min(f32x4.max(s3, low), high);
  if (count === PANEL) {
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    return;
  }
  let rest = s0;
  if (count >= 4) {
    v128.store(out, s0);
    rest = s1;
  }
  if (count >= 8) {
    v128.store(out, s1, 16);
    rest = s2;
  }
  if (count >= 12) {
    v128.store(out, s2, 32);
    rest = s3;
  }
  out += (count & ~3) << 2;
  if (count & 2) {
    v128.store64_lane(out, rest, 0);
    if (count & 1) v128.store32_lane(out, rest, 2, 8);
  } else if (count & 1) {
    v128.store32_lane(out, rest, 0);
  }
}
