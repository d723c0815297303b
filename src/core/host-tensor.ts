/** Element types that a checkpoint may hold. */
export type DType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** What `HostTensor.data` is, for each dtype. */
export type TypedArray = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/**
 * A tensor in plain memory, as a checkpoint holds it.
 *
 * `data` is contiguous and row-major in PyTorch's layout. `dtype` says what the file stores: float16 and bfloat16 arrive
 * widened exactly to Float32Array, int64 as BigInt64Array, bool as Uint8Array of 0 and 1.
 */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** A PyTorch state dict: names in PyTorch's order and spelling, tensors in PyTorch's layout. */
export type StateDict = Map<string, HostTensor>;

/** Bytes of one element as a file stores it. */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Number of elements of a shape; 1 for a scalar's `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
