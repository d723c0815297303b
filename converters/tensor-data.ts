import type { DType, TypedArray } from '../src/core/index.js';

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reverses the bytes of each element, in place. */
function swapBytes(bytes: Uint8Array, itemSize: number): void {
  for (let start = 0; start < bytes.length; start += itemSize) bytes.subarray(start, start + itemSize).reverse();
}

/** The bit pattern of the float32 that equals each of the 65,536 float16 values; a NaN keeps its payload. */
function float16Table(): Uint32Array {
  const table = new Uint32Array(65536);
  for (let half = 0; half < 65536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    let bits: number;
    if (exponent === 0x1f) {
      bits = 0x7f800000 | (fraction << 13);
    } else if (exponent !== 0) {
      bits = ((exponent + 112) << 23) | (fraction << 13);
    } else if (fraction === 0) {
      bits = 0;
    } else {
      // Subnormal: float32 has room to write it with a leading one.
      const shift = Math.clz32(fraction) - 21;
      bits = ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
    }
    table[half] = sign | bits;
  }
  return table;
}

let halfTable: Uint32Array | undefined;

/** For the 16 bits of each float16, the 32 of the float32 that equals it. */
export function float16Bits(): Uint32Array {
  halfTable ??= float16Table();
  return halfTable;
}

function widenFloat16(halves: Uint16Array): Float32Array {
  const table = float16Bits();
  // Written as integers, for a float store may quieten a signalling NaN.
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function toBool(bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) bytes[i] = 1;
  return bytes;
}

/**
 * Makes a tensor's data of its bytes: contiguous, row-major, as the file stores them.
 *
 * The memory is kept where no conversion is needed, so the caller hands it over.
 *
 * @param bytes - Memory of its own, from its buffer's start, a whole number of elements.
 */
export function decodeTensor(bytes: Uint8Array<ArrayBuffer>, dtype: DType, littleEndian = true): TypedArray {
  const { buffer } = bytes;
  if (littleEndian !== hostIsLittleEndian) {
    const wide: Partial<Record<DType, number>> = {
      float16: 2,
      bfloat16: 2,
      int16: 2,
      float32: 4,
      int32: 4,
      float64: 8,
      int64: 8,
    };
    swapBytes(bytes, wide[dtype] ?? 1);
  }
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
      return bytes;
    case 'bool':
      return toBool(bytes);
    case 'float16':
      return widenFloat16(new Uint16Array(buffer));
    case 'bfloat16':
      return widenBfloat16(new Uint16Array(buffer));
  }
}

/**
 * Copies a strided view into contiguous, row-major memory. Strides count elements of `itemSize` bytes.
 *
 * @param bytes - The elements that the view spans, its first one first, from the start of their buffer.
 */
export function gather(
  bytes: Uint8Array<ArrayBuffer>,
  itemSize: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array<ArrayBuffer> {
  // Moved as integers of 1, 2 or 4 bytes, for a float may lose a NaN's payload; 8 bytes are two of 4.
  if (itemSize === 8) return gather(bytes, 4, [...shape, 2], [...strides.map((stride) => stride * 2), 1]);
  const IntegerArray = itemSize === 4 ? Uint32Array : itemSize === 2 ? Uint16Array : Uint8Array;
  const source = new IntegerArray(bytes.buffer, 0, Math.floor(bytes.length / itemSize));
  const numel = shape.reduce((product, dim) => product * dim, 1);
  const target = new IntegerArray(numel);

  // The last axis is the inner loop; an odometer over the others says where each of its rows starts.
  const rank = shape.length;
  const rowLength = shape[rank - 1] ?? 1;
  const rowStride = strides[rank - 1] ?? 0;
  const index = new Array<number>(Math.max(rank - 1, 0)).fill(0);
  let rowStart = 0;
  for (let written = 0; written < numel; ) {
    for (let i = 0; i < rowLength; i++) target[written++] = source[rowStart + i * rowStride]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      rowStart += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      rowStart -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return new Uint8Array(target.buffer);
}
