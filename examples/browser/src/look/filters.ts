import { nn } from 'tfjs-zoo';
import type { Maps } from './maps.js';

/** A convolution's filters as pictures, and what is to be seen in them. */
export interface Filters {
  readonly maps: Maps;
  readonly says: string;
}

/** The filters of a layer; undefined where it is no convolution, or one of single weights that would show nothing. */
export async function filtersOf(layer: nn.AnyModule): Promise<Filters | undefined> {
  if (!(layer instanceof nn.Conv2d)) return undefined;
  const weight = (await layer.stateDict()).get('weight')!;
  const [count, inputs, height, width] = weight.shape as [number, number, number, number];
  const data = weight.data as Float32Array;
  const size = height * width;
  const filterAt = (index: number) => data.subarray(index * inputs * size, (index + 1) * inputs * size);
  const shape = { count, height, width };
  if (size === 1) {
    const maps: Maps = { count: 1, height: count, width: inputs, valuesOf: () => data, kind: 'weight' };
    return {
      maps,
      says: `${count} of 1 × 1, a row each; their weights of ${inputs} input channels from left to right`,
    };
  }
  if (inputs === 3) {
    // [3, H, W] to red, green and blue of each pixel.
    const valuesOf = (index: number) =>
      Float32Array.from({ length: 3 * size }, (_, i) => filterAt(index)[(i % 3) * size + Math.floor(i / 3)]!);
    return {
      maps: { ...shape, valuesOf, kind: 'rgb' },
      says: `${count} of ${height} × ${width}, in the colours that they look for`,
    };
  }
  const maps: Maps = { ...shape, valuesOf: (index) => strongest(filterAt(index), size), kind: 'weight' };
  const of = inputs === 1 ? '' : `, for the input channel that each weighs most, of ${inputs}`;
  return { maps, says: `${count} of ${height} × ${width}${of}; blue is below zero, red above` };
}

/** The part of a filter [I, H, W] that has the largest weights. */
function strongest(filter: Float32Array, size: number): Float32Array {
  let best = filter.subarray(0, size);
  let most = -1;
  for (let start = 0; start < filter.length; start += size) {
    const part = filter.subarray(start, start + size);
    const weight = part.reduce((sum, value) => sum + value * value, 0);
    if (weight > most) [best, most] = [part, weight];
  }
  return best;
}
