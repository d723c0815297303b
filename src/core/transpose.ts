import { sizeOf } from './host-tensor.js';

/** Arrays that a tf.Tensor can be made of. */
export type NumericArray = Float32Array | Int32Array | Uint8Array;

/** Edge of the square blocks in which a matrix is transposed: two of them fit the first-level cache. */
const BLOCK = 32;

/** The permutation that takes the axes back. */
export function inverseOf(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/**
 * A transposed copy: axis `i` of the result is axis `permutation[i]` of the input.
 * @param range of the result's first axis, `[from, to)`, where only a part of it is wanted
 */
export function transpose<T extends NumericArray>(
  data: T,
  shape: readonly number[],
  permutation: readonly number[],
  range: readonly [from: number, to: number] = [0, shape[permutation[0]!] ?? 1],
): T {
  if (data instanceof Float32Array) {
    // Moved as integers of their width: read as a number, a NaN could come out as another NaN.
    const bits = transpose(new Int32Array(data.buffer, data.byteOffset, data.length), shape, permutation, range);
    return new Float32Array(bits.buffer) as T;
  }
  const [from, to] = range;
  const first = permutation[0];
  if (first === undefined) return data.slice() as T;
  const part = shape.map((size, axis) => (axis === first ? to - from : size));
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = permutation.map((axis) => part[axis]!);
  const outStrides = outShape.map((_, axis) => sizeOf(outShape.slice(axis + 1)));
  const out = new (data.constructor as new (length: number) => T)(sizeOf(outShape));

  // For each index of the other axes, a matrix: the input's contiguous axis against the output's. Blocks of it stay in the cache.
  const lastIn = shape.length - 1;
  const lastOut = permutation.at(-1)!;
  const isRow = lastIn === lastOut; // a matrix of one row
  const matrix = {
    rows: isRow ? 1 : part[lastOut]!,
    columns: part[lastIn]!,
    rowStride: isRow ? 0 : strides[lastOut]!,
    columnStride: outStrides[permutation.indexOf(lastIn)]!,
  };
  const outer = shape.map((_, axis) => axis).filter((axis) => axis !== lastIn && axis !== lastOut);
  const visit = (depth: number, source: number, target: number): void => {
    const axis = outer[depth];
    if (axis === undefined) {
      transposeMatrix(data, out, { ...matrix, source, target });
      return;
    }
    const outStride = outStrides[permutation.indexOf(axis)]!;
    for (let i = 0; i < part[axis]!; i++) visit(depth + 1, source + i * strides[axis]!, target + i * outStride);
  };
  visit(0, from * strides[first]!, 0);
  return out;
}

interface MatrixView {
  readonly source: number;
  readonly target: number;
  readonly rows: number;
  readonly columns: number;
  /** Distance in the input between two rows. */
  readonly rowStride: number;
  /** Distance in the output between two columns. */
  readonly columnStride: number;
}

function transposeMatrix(data: NumericArray, out: NumericArray, view: MatrixView): void {
  const { source, target, rows, columns, rowStride, columnStride } = view;
  for (let row0 = 0; row0 < rows; row0 += BLOCK) {
    const row1 = Math.min(row0 + BLOCK, rows);
    for (let column0 = 0; column0 < columns; column0 += BLOCK) {
      const column1 = Math.min(column0 + BLOCK, columns);
      for (let column = column0; column < column1; column++) {
        const to = target + column * columnStride;
        for (let row = row0; row < row1; row++) out[to + row] = data[source + row * rowStride + column]!;
      }
    }
  }
}
