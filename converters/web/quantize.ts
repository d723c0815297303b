import type { NumericArray } from '../../src/core/index.js';
import { narrowToFloat16 } from '../write/narrow.js';
import type { Quantization } from './manifest.js';

/** What a tensor's values are stored as. */
export type WebDType = 'float32' | 'float16' | 'uint8';

/** The largest number that float16 has. */
const MAX_FLOAT16 = 65504;

/** Of a tensor with fewer values nothing is gained by a byte each, and of a BatchNorm or bias everything depends on each. */
const FEW_VALUES = 2 ** 14;

/** Noise beside an output's weights, in power, that one scale may make on average: 36 dB below them. */
const NOISE = 2.5e-4;

/** The most blocks that a tensor is divided into. */
const MAX_BLOCKS = 64;

/** How a tensor is stored: as what, and by blocks of how many output channels, where not as a whole. */
export interface Plan {
  readonly dtype: WebDType;
  readonly channels?: number;
}

/**
 * How to store a tensor of floats [outputs, …], of a checkpoint.
 *
 * Vectors stay float32: biases and BatchNorm's statistics, which are few. So does what the type cannot hold: NaN, and numbers beyond float16's.
 */
export function planFor(values: Float32Array, shape: readonly number[], wanted: WebDType): Plan {
  if (wanted === 'float32' || shape.length < 2 || !isNarrow(values)) return { dtype: 'float32' };
  if (wanted === 'float16' || values.length < FEW_VALUES) return { dtype: 'float16' };
  const { scale } = affineOf(values);
  if (noiseOf(values, shape[0]!, scale) <= NOISE) return { dtype: 'uint8' };
  return { dtype: 'uint8', channels: Math.ceil(shape[0]! / MAX_BLOCKS) };
}

/** Whether float16 has numbers for all of them; it has none for NaN that would come back. */
function isNarrow(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]!) <= MAX_FLOAT16)) return false;
  return true;
}

/** What rounding to a scale adds to each output's weights, as a share of their power: the mean of all outputs, each of which may be lost. */
function noiseOf(values: Float32Array, outputs: number, scale: number): number {
  const row = values.length / outputs;
  let noise = 0;
  for (let output = 0; output < outputs; output++) {
    const power = meanSquare(values.subarray(output * row, (output + 1) * row));
    if (power > 0) noise += Math.min(1, scale ** 2 / 12 / power); // zeros are exact by any scale
  }
  return noise / outputs;
}

function meanSquare(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum / values.length;
}

/** The scale and least value by which numbers become whole ones of 0 to 255, zero among them, as tfjs-converter chooses them. */
export function affineOf(values: Float32Array): { scale: number; min: number } {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  const scale = (most - least) / 255 || 1;
  return { scale, min: -Math.round(-least / scale) * scale };
}

/** Bytes of values, little-endian, as a quantization has them. */
export function encode(values: Float32Array, quantization: Quantization | undefined): Uint8Array {
  if (quantization?.dtype === 'float16') {
    const narrowed = new Uint16Array(values.length);
    narrowToFloat16(new Uint32Array(values.buffer, values.byteOffset, values.length), narrowed);
    return new Uint8Array(narrowed.buffer);
  }
  if (quantization) {
    const { scale, min } = quantization;
    const stored = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++)
      stored[i] = Math.min(255, Math.max(0, Math.round((values[i]! - min) / scale)));
    return stored;
  }
  return bytesOf(values);
}

/** The memory itself. */
export function bytesOf({ buffer, byteOffset, byteLength }: NumericArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
