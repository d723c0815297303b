import type { Random } from '../../core/index.js';

/** Reflections that are applied in one pass over a vector: what takes the time is loading the values. */
const BLOCK = 4;

/**
 * `count` orthonormal vectors of `length` ≥ count values each, one after the other, spread evenly over all such frames: what QR
 * makes of a matrix of normal values when the diagonal of R is made positive.
 *
 * No such matrix is made. Its Householder reflections are: what reflection number j sees of the matrix is normal values again, so
 * each is drawn from a normal vector of its own (Stewart 1980). That costs half, and is orthogonal to rounding, whatever was drawn.
 */
export function randomFrame(count: number, length: number, random: Random): Float64Array {
  const frame = new Float64Array(count * length);
  for (let first = BLOCK * Math.floor((count - 1) / BLOCK); first >= 0; first -= BLOCK) {
    // Up to here the vectors from `first` on are zero before position `first`; those of this block begin as unit vectors.
    const size = length - first;
    const axes = new Float64Array(BLOCK * size); // a row a reflection; zeros reflect nothing
    for (let row = 0; row < Math.min(BLOCK, count - first); row++) {
      const unit = (first + row) * length + first + row;
      frame[unit] = drawReflection(axes.subarray(row * size + row, (row + 1) * size), random);
    }
    const products = productsOf(axes, size);
    for (let k = first; k < count; k++) {
      reflect(frame.subarray(k * length + first, (k + 1) * length), axes, products);
    }
  }
  return frame;
}

/**
 * Fills `axis` with the axis, of length √2, of the reflection that takes a normal vector to ± its length in the first direction.
 * @returns the sign, that of R's diagonal
 */
function drawReflection(axis: Float64Array, random: Random): number {
  for (let i = 0; i < axis.length; i++) axis[i] = random.normal();
  const norm = Math.sqrt(dot(axis, axis));
  const sign = axis[0]! < 0 ? 1 : -1; // towards the side where nothing cancels
  axis[0]! -= sign * norm;
  const scale = Math.sqrt(2 / dot(axis, axis));
  for (let i = 0; i < axis.length; i++) axis[i]! *= scale;
  return sign;
}

/** The products of the axes of a block with each other: rows 0·1, 0·2, 0·3, 1·2, 1·3, 2·3. */
function productsOf(axes: Float64Array, size: number): number[] {
  const row = (index: number) => axes.subarray(index * size, (index + 1) * size);
  return [0, 1, 2].flatMap((a) => [1, 2, 3].filter((b) => b > a).map((b) => dot(row(a), row(b))));
}

/** Reflects x by the last axis of a block, then by the one before … each time x − axis · (axis · x). */
function reflect(x: Float64Array, axes: Float64Array, products: readonly number[]): void {
  const size = x.length;
  const [p01, p02, p03, p12, p13, p23] = products as [number, number, number, number, number, number];
  let [d0, d1, d2, d3] = [0, 0, 0, 0];
  for (let i = 0; i < size; i++) {
    const value = x[i]!;
    d0 += value * axes[i]!;
    d1 += value * axes[size + i]!;
    d2 += value * axes[2 * size + i]!;
    d3 += value * axes[3 * size + i]!;
  }
  // What the reflections before have changed of each product.
  d2 -= p23 * d3;
  d1 -= p12 * d2 + p13 * d3;
  d0 -= p01 * d1 + p02 * d2 + p03 * d3;
  for (let i = 0; i < size; i++) {
    x[i]! -= d0 * axes[i]! + d1 * axes[size + i]! + d2 * axes[2 * size + i]! + d3 * axes[3 * size + i]!;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
