import { pyFloat } from '../core/index.js';

// Python's rounding and number text, where torchvision's results or reprs depend on them.

/** Python's `round(x)`: halves go to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Python's `repr` of a list of floats. */
export function floatListRepr(values: readonly number[]): string {
  return `[${values.map(pyFloat).join(', ')}]`;
}

/** Python's text of an int, or of a list of them. */
export function listRepr(value: number | readonly number[]): string {
  return typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;
}
