import { inverseOf, type NumericArray, ShapeError, transpose } from '../core/index.js';

export type { NumericArray } from '../core/index.js';

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

/** Filters of depthwise convolutions as tf.depthwiseConv2d takes them, [C, 1, KH, KW] → [KH, KW, C, 1], for code without modules. */
export const depthwisePermutation: readonly number[] = [2, 3, 0, 1];

/** The permutation of a layout: the checkpoint axis of each memory axis; null where both are alike. */
export function permutationOf(layout: LayoutName): readonly number[] | null {
  return layouts[layout];
}

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

/** Copies checkpoint values into memory order. Always a new array, so that no caller's buffer is shared. */
export function toMemory<T extends NumericArray>(layout: LayoutName, data: T, shape: readonly number[]): T {
  const permutation = layouts[layout];
  return permutation ? transpose(data, shape, permutation) : (data.slice() as T);
}

/** Copies memory values back into checkpoint order. `shape` is the checkpoint's. */
export function fromMemory<T extends NumericArray>(layout: LayoutName, data: T, shape: readonly number[]): T {
  const permutation = layouts[layout];
  if (!permutation) return data.slice() as T;
  return transpose(data, memoryShape(layout, shape), inverseOf(permutation));
}
