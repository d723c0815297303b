import type { NumericArray } from '../../src/core/index.js';
import { decodeTensor } from '../tensor-data.js';
import type { WebEntry } from './manifest.js';

/**
 * The values of a run of an entry's elements, as tfjs has them.
 * @param bytes memory of its own, which is kept where nothing is to be converted
 */
export function decodeEntry({ dtype, quantization }: WebEntry, bytes: Uint8Array<ArrayBuffer>): NumericArray {
  if (!quantization) return decodeTensor(bytes, dtype) as NumericArray;
  if (quantization.dtype === 'float16') return decodeTensor(bytes, 'float16') as Float32Array;
  const { scale, min } = quantization;
  // 16 bits are unsigned here.
  const stored = quantization.dtype === 'uint8' ? bytes : new Uint16Array(decodeTensor(bytes, 'int16').buffer);
  const values = dtype === 'float32' ? new Float32Array(stored.length) : new Int32Array(stored.length);
  const round = dtype === 'float32' ? (value: number) => value : Math.round;
  for (let i = 0; i < values.length; i++) values[i] = round(stored[i]! * scale + min);
  return values;
}
