import type { NumericArray } from './transpose.js';

/** Values of a tensor as it lies in memory: runs of them, each `stride` behind the one before. */
export interface Values {
  readonly values: NumericArray;
  /** Where in the tensor the first run begins. */
  readonly offset: number;
  /** How many lie together; the last run may have fewer. */
  readonly run: number;
  readonly stride: number;
}

/** Puts values where they belong. */
export function place({ values, offset, run, stride }: Values, target: NumericArray): void {
  for (let from = 0, to = offset; from < values.length; from += run, to += stride) {
    target.set(values.subarray(from, from + run), to);
  }
}
