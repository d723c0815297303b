import { type HostTensor, type StateDict, sizeOf } from '../../src/core/index.js';

/** The entry number of inputs, which no state dict reaches. */
const INPUT_ENTRY = 1000003;

/**
 * Element i of state-dict entry k, from a hash of both: the twin of test/fixtures/models/make_models.py, bit for bit, so
 * that PyTorch and we compute with equal weights and no checkpoint need be committed.
 */
function formulaValues(k: number, size: number, centre: number, bound: number): Float32Array {
  const values = new Float32Array(size);
  const start = k * 40503 + 12345;
  for (let i = 0; i < size; i++) {
    values[i] = centre + (2 * (lowbias32(Math.imul(i, 2654435761) + start) / 2 ** 32) - 1) * bound;
  }
  return values;
}

function lowbias32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A state dict of these names and shapes (PyTorch's), in the state dict's order. */
export function formulaStateDict(entries: readonly (readonly [name: string, shape: readonly number[]])[]): StateDict {
  return new Map(entries.map(([name, shape], k) => [name, formulaTensor(k, name, shape)]));
}

export function formulaTensor(k: number, name: string, shape: readonly number[]): HostTensor {
  if (name.endsWith('num_batches_tracked')) return { dtype: 'int64', shape, data: BigInt64Array.of(100n) };
  return { dtype: 'float32', shape, data: formulaValues(k, sizeOf(shape), ...spread(name, shape)) };
}

/** A batch of images in PyTorch's layout, [N, C, H, W], of mean 0 and variance 1. */
export function formulaImages(shape: readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: formulaValues(INPUT_ENTRY, sizeOf(shape), 0, Math.sqrt(3)) };
}

/** A random upstream gradient for an output of this shape. */
export function formulaUpstream(shape: readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: formulaValues(INPUT_ENTRY + 1, sizeOf(shape), 0, Math.sqrt(3)) };
}

/**
 * A batch to learn from, as test/fixtures/training/make_runs.py makes it: images in PyTorch's layout, [N, C, H, W], each class brighter in a part of its
 * own, and labels below 10.
 */
export function formulaBatch(number: number, shape: readonly number[]): { images: HostTensor; labels: number[] } {
  const [count, channels, height, width] = shape as [number, number, number, number];
  const data = formulaValues(2000003 + number, sizeOf(shape), 0, Math.sqrt(3));
  const labels = Array.from({ length: count }, (_, i) => lowbias32(i + 1000 * number) % 10);
  const part = Math.floor(height / 10);
  for (const [n, label] of labels.entries()) {
    const row = Math.floor((label * height) / 10);
    for (let c = 0; c < channels; c++) {
      const begin = ((n * channels + c) * height + row) * width;
      for (let i = begin; i < begin + part * width; i++) data[i]! += 1;
    }
  }
  return { images: { dtype: 'float32', shape, data }, labels };
}

/** Centre and bound of an entry's values: activations neither vanish nor explode. */
function spread(name: string, shape: readonly number[]): [centre: number, bound: number] {
  if (name.endsWith('running_mean')) return [0, 0.1];
  if (name.endsWith('running_var')) return [1, 0.5];
  if (name.endsWith('bias')) return [0, 0.1];
  if (shape.length === 1) return [1, 0.2]; // the weight of a BatchNorm
  return [0, Math.sqrt(6 / sizeOf(shape.slice(1)))]; // He: the variance is 2 / fan_in
}
