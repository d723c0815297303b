import { bytesPerElement, type DType, type HostTensor } from '../../src/core/index.js';
import { isDType } from '../torch/dtypes.js';
import { isCount, maxRank } from '../torch/tensor-ref.js';
import { describeForeign, isTfTensor, typeName } from './problems.js';

/** The array that holds each dtype in memory. */
const arrays: Readonly<Record<DType, string>> = {
  float32: 'Float32Array',
  float16: 'Float32Array',
  bfloat16: 'Float32Array',
  float64: 'Float64Array',
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  int16: 'Int16Array',
  int8: 'Int8Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

/** A tensor that is read when its turn to be written comes. */
export interface UnreadTensor extends Pick<HostTensor, 'dtype' | 'shape'> {
  read(): Promise<HostTensor>;
}

export type WritableTensor = HostTensor | UnreadTensor;

/** Whether a value is meant to be a tensor; whether it is a sound one, `tensorProblem` says. */
export function isTensorLike(value: object): value is WritableTensor {
  const isUnread = 'read' in value && typeof value.read === 'function';
  return 'dtype' in value && 'shape' in value && ('data' in value || isUnread) && !isTfTensor(value);
}

/** Why a value cannot be written as a tensor. */
export function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !isTensorLike(value)) return describeForeign(value);
  return tensorProblem(value);
}

/** Why a tensor cannot be written: its dtype, its shape, or data that is not what these say. */
export function tensorProblem(tensor: WritableTensor): string | undefined {
  const { dtype, shape } = tensor;
  if (!isDType(dtype)) {
    return `dtype ${JSON.stringify(dtype)}, where one of ${Object.keys(bytesPerElement).join(', ')} is expected`;
  }
  const isCounts = Array.isArray(shape) && shape.every(isCount);
  if (!isCounts || shape.length > maxRank) {
    return `shape ${JSON.stringify(shape)?.slice(0, 120)}, where at most ${maxRank} whole numbers of at least 0 are expected`;
  }
  // Strides are products of dimensions, of those behind a 0 too.
  const extent = shape.reduce((product, dim) => product * Math.max(dim, 1), bytesPerElement[dtype]);
  if (!Number.isSafeInteger(extent)) return `shape [${shape.join(', ')}], which is beyond 2⁵³ bytes`;
  if (!('data' in tensor)) return undefined;
  const { data } = tensor;
  // By its tag, for a Buffer is a Uint8Array and an array of another realm no instance of this one's.
  const array = ArrayBuffer.isView(data) ? Object.prototype.toString.call(data).slice(8, -1) : undefined;
  if (array !== arrays[dtype]) {
    const got = ArrayBuffer.isView(data) ? `a ${typeName(data)}` : describeForeign(data);
    return `${got} as data, where ${dtype} is held in a ${arrays[dtype]}`;
  }
  const expected = shape.reduce((product, dim) => product * dim, 1);
  if (data.length === expected) return undefined;
  return `${data.length} values for shape [${shape.join(', ')}], which has ${expected}`;
}
