import { ShapeError, sizeOf } from '../core/index.js';

/**
 * How a tensor lies in a PyTorch checkpoint and how it lies in memory here: each entry is the permutation that takes
 * checkpoint axes to memory axes. Nothing else in the project knows these permutations.
 */
const layouts = {
  /** Vectors, scalars and anything that both sides hold alike. */
  plain: null,
  /** Convolution filters: OIHW → HWIO. */
  conv2d: [2, 3, 1, 0],
  /**
   * Filters of transposed convolutions: IOHW → HWOI, as tf.conv2dTranspose takes them. Groups share the last axis, the input
   * channels; those of a convolution share the last axis too, its output channels.
   */
  convTranspose2d: [2, 3, 1, 0],
  /** Linear weights: [out, in] → [in, out]. */
  linear: [1, 0],
} as const satisfies Record<string, readonly number[] | null>;

export type LayoutName = keyof typeof layouts;

/** Shape in memory of a tensor whose checkpoint shape is `shape`. */
export function memoryShape(layout: LayoutName, shape: readonly number[]): number[] {
  const permutation = layouts[layout];
  return permutation ? permutation.map((axis) => shape[axis]!) : [...shape];
}

/** Checkpoint shape of a tensor whose shape in memory is `shape`. @throws ShapeError if the layout is of another rank */
export function checkpointShape(layout: LayoutName, shape: readonly number[]): number[] {
  const permutation: readonly number[] | null | undefined = layouts[layout];
  if (permutation === null) return [...shape];
  if (permutation?.length === shape.length) return shape.map((_, axis) => shape[permutation.indexOf(axis)]!);
  const names = Object.entries(layouts).map(([name, axes]) => (axes ? `${name} (rank ${axes.length})` : name));
  throw new ShapeError(
    `Parameter: expected a layout among ${names.join(', ')}, got '${layout}' for shape [${shape.join(', ')}]. ` +
      'Give the layout that fits the tensor.',
  );
}

/** Arrays that a tf.Tensor can be made of. */
export type NumericArray = Float32Array | Int32Array | Uint8Array;

/** Copies checkpoint values into memory order. Always a new array, so that no caller's buffer is shared. */
export function toMemory<T extends NumericArray>(layout: LayoutName, data: T, shape: readonly number[]): T {
  const permutation = layouts[layout];
  return permutation ? transposeBits(data, shape, permutation) : (data.slice() as T);
}

/** Copies memory values back into checkpoint order. `shape` is the checkpoint's. */
export function fromMemory<T extends NumericArray>(layout: LayoutName, data: T, shape: readonly number[]): T {
  const permutation = layouts[layout];
  if (!permutation) return data.slice() as T;
  const inverse = permutation.map((_, axis) => (permutation as readonly number[]).indexOf(axis));
  return transposeBits(data, memoryShape(layout, shape), inverse);
}

/** Moves floats as integers of their width: read as numbers, a NaN could come out as another NaN. */
function transposeBits<T extends NumericArray>(data: T, shape: readonly number[], permutation: readonly number[]): T {
  if (!(data instanceof Float32Array)) return transpose(data, shape, permutation);
  const bits = transpose(new Int32Array(data.buffer, data.byteOffset, data.length), shape, permutation);
  return new Float32Array(bits.buffer) as T;
}

/** Edge of the square blocks in which a matrix is transposed: two of them fit the first-level cache. */
const BLOCK = 32;

/**
 * A transposed copy. No layout above leaves the last axis last, so for each index of the other axes there is one matrix to
 * transpose, and that is done in blocks that stay in the cache.
 */
function transpose<T extends NumericArray>(data: T, shape: readonly number[], permutation: readonly number[]): T {
  const out = new (data.constructor as new (length: number) => T)(data.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = permutation.map((axis) => shape[axis]!);
  const outStrides = outShape.map((_, axis) => sizeOf(outShape.slice(axis + 1)));

  // The matrix to transpose: the axis that is contiguous in the input against the axis that is contiguous in the output.
  const lastIn = shape.length - 1;
  const lastOut = permutation[permutation.length - 1]!;
  const columns = shape[lastIn]!;
  const rows = shape[lastOut]!;
  const rowStride = strides[lastOut]!;
  const columnStride = outStrides[permutation.indexOf(lastIn)]!;

  const outer = shape.map((_, axis) => axis).filter((axis) => axis !== lastIn && axis !== lastOut);
  const visit = (depth: number, from: number, to: number): void => {
    const axis = outer[depth];
    if (axis === undefined) {
      transposeMatrix(data, out, { from, to, rows, columns, rowStride, columnStride });
      return;
    }
    const toStride = outStrides[permutation.indexOf(axis)]!;
    for (let i = 0; i < shape[axis]!; i++) visit(depth + 1, from + i * strides[axis]!, to + i * toStride);
  };
  visit(0, 0, 0);
  return out;
}

interface MatrixView {
  from: number;
  to: number;
  rows: number;
  columns: number;
  /** Distance in the input between two rows. */
  rowStride: number;
  /** Distance in the output between two columns. */
  columnStride: number;
}

function transposeMatrix(data: NumericArray, out: NumericArray, view: MatrixView): void {
  const { from, to, rows, columns, rowStride, columnStride } = view;
  for (let row0 = 0; row0 < rows; row0 += BLOCK) {
    const row1 = Math.min(row0 + BLOCK, rows);
    for (let column0 = 0; column0 < columns; column0 += BLOCK) {
      const column1 = Math.min(column0 + BLOCK, columns);
      for (let column = column0; column < column1; column++) {
        const target = to + column * columnStride;
        for (let row = row0; row < row1; row++) out[target + row] = data[from + row * rowStride + column]!;
      }
    }
  }
}
