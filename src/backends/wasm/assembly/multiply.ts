// AssemblyScript. Matrix products, and convolutions as such: see ../products.ts, which says what is multiplied.
import { room } from './room';

/** Columns that are computed at once: as many sums for two rows as fit in registers, with what is multiplied. */
const PANEL: i32 = 16;
/** Bytes of a row of a panel. */
const PANEL_ROW: usize = 64;
/** Rows after which the next panel's turn comes, so that what they read stays in the cache. */
const BAND: i32 = 64;

/**
 * Writes a matrix [inner, columns] as panels [columns / 16, inner, 16], the last filled up with zeros: `from` to `to` of them.
 */
export function packPanels(matrix: usize, panels: usize, inner: i32, columns: i32, from: i32, to: i32): void {
  const row: usize = (columns as usize) << 2;
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

/**
 * out [matrices, rows, columns] = rows of images [matrices, …] · panels [matrices, columns / 16, inner, 16] + bias, kept within `low` and
 * `high`; pieces are counted in [matrices, rows / 64, columns / 16].
 *
 * A row of an image is `segments` runs of `length` numbers, such as those that a filter meets in as many lines of an image.
 * @param starts for each row, how many bytes it begins behind `images`
 * @param offsets for each segment, how many bytes it begins behind the row's start
 * @param bias one number for each column, filled up to whole panels
 * @param imagesStride bytes from one matrix to the next; `panelsStride` and `outStride` the same of the others
 */
export function multiply(
  images: usize,
  panels: usize,
  bias: usize,
  out: usize,
  imagesStride: usize,
  panelsStride: usize,
  outStride: usize,
  starts: usize,
  offsets: usize,
  rows: i32,
  columns: i32,
  segments: i32,
  length: i32,
  low: f32,
  high: f32,
  from: i32,
  to: i32,
): void {
  const across = (columns + PANEL - 1) / PANEL;
  const down = (rows + BAND - 1) / BAND;
  const panelSize = (segments as usize) * (length as usize) * PANEL_ROW;
  for (let piece = from; piece < to; piece++) {
    const panel = piece % across;
    const first = ((piece / across) % down) * BAND;
    const matrix: usize = piece / (across * down);
    const image = images + matrix * imagesStride;
    const panelBegin = panels + matrix * panelsStride + (panel as usize) * panelSize;
    const target = out + matrix * outStride + (panel as usize) * PANEL_ROW;
    const shift = bias + (panel as usize) * PANEL_ROW;
    const count = min(PANEL, columns - panel * PANEL);
    const last = min(first + BAND, rows);
    for (let row = first; row < last; row += 2) {
      // An odd last row is computed twice, which is no slower than a loop of its own would be.
      const next = min(row + 1, last - 1);
      multiplyTwoRows(
        image + load<u32>(starts + (row << 2)),
        image + load<u32>(starts + (next << 2)),
        panelBegin,
        shift,
        target + (((row * columns) as usize) << 2),
        target + (((next * columns) as usize) << 2),
        count,
        offsets,
        segments,
        (length as usize) << 2,
        low,
        high,
      );
    }
  }
}

function multiplyTwoRows(
  row: usize,
  next: usize,
  panel: usize,
  bias: usize,
  out: usize,
  nextOut: usize,
  count: i32,
  offsets: usize,
  segments: i32,
  length: usize,
  low: f32,
  high: f32,
): void {
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  let a2 = v128.load(bias, 32);
  let a3 = v128.load(bias, 48);
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  for (let segment = 0; segment < segments; segment++) {
    const offset: usize = load<u32>(offsets + (segment << 2));
    let a = row + offset;
    let b = next + offset;
    for (const end = a + length; a < end; a += 4, b += 4, panel += PANEL_ROW) {
      const p0 = v128.load(panel);
      const p1 = v128.load(panel, 16);
      const p2 = v128.load(panel, 32);
      const p3 = v128.load(panel, 48);
      const x = v128.load32_splat(a);
      a0 = f32x4.add(a0, f32x4.mul(x, p0));
      a1 = f32x4.add(a1, f32x4.mul(x, p1));
      a2 = f32x4.add(a2, f32x4.mul(x, p2));
      a3 = f32x4.add(a3, f32x4.mul(x, p3));
      const y = v128.load32_splat(b);
      b0 = f32x4.add(b0, f32x4.mul(y, p0));
      b1 = f32x4.add(b1, f32x4.mul(y, p1));
      b2 = f32x4.add(b2, f32x4.mul(y, p2));
      b3 = f32x4.add(b3, f32x4.mul(y, p3));
    }
  }
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  storeRow(out, count, lowest, highest, a0, a1, a2, a3);
  storeRow(nextOut, count, lowest, highest, b0, b1, b2, b3);
}

/** Writes `count` of sixteen sums. */
@inline
function storeRow(out: usize, count: i32, low: v128, high: v128, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const target = count === PANEL ? out : room;
  v128.store(target, f32x4.min(f32x4.max(s0, low), high));
  v128.store(target, f32x4.min(f32x4.max(s1, low), high), 16);
  v128.store(target, f32x4.min(f32x4.max(s2, low), high), 32);
  v128.store(target, f32x4.min(f32x4.max(s3, low), high), 48);
  if (count < PANEL) memory.copy(out, room, (count as usize) << 2);
}
