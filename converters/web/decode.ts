import type { NumericArray } from '../../src/core/index.js';
import { decodeTensor, float16Bits } from '../tensor-data.js';
import { storedWidth, type WebEntry } from './manifest.js';

/** Memory that is used again and again, where the values of one piece need not outlive the next. */
export interface Scratch {
  readonly values: Float32Array;
  readonly bits: Uint32Array;
  readonly bytes: Uint8Array;
}

export function makeScratch(length: number): Scratch {
  const values = new Float32Array(length);
  return { values, bits: new Uint32Array(values.buffer), bytes: new Uint8Array(values.buffer) };
}

/** The values of a run of an entry's elements, as tfjs has them: in the scratch memory where they are floats. */
export function decodeEntry(entry: WebEntry, bytes: Uint8Array, scratch: Scratch): NumericArray {
  const { dtype, quantization } = entry;
  if (dtype !== 'float32' && !quantization) return decodeTensor(new Uint8Array(bytes), dtype) as NumericArray;
  const count = bytes.length / storedWidth(entry);
  const values = scratch.values.subarray(0, count);
  if (!quantization) {
    scratch.bytes.set(bytes);
  } else if (quantization.dtype === 'float16') {
    const table = float16Bits();
    // As integers, for a float store may quieten a signalling NaN.
    for (let i = 0; i < count; i++) scratch.bits[i] = table[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
  } else {
    const { scale, min } = quantization;
    const isWide = quantization.dtype === 'uint16';
    const target = dtype === 'float32' ? values : new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const value = (isWide ? bytes[2 * i]! | (bytes[2 * i + 1]! << 8) : bytes[i]!) * scale + min;
      target[i] = dtype === 'float32' ? value : Math.round(value);
    }
    return target;
  }
  return values;
}
