/** Both ends of an axis. */
export type Range = readonly [least: number, greatest: number];

/** The range of some values, or one around them if float32 cannot tell them apart: an axis needs a length. */
export function rangeOf(values: readonly number[]): Range {
  if (values.length === 0) return [0, 1];
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least > Math.max(1e-6 * size, 1e-38)) return [least, greatest];
  const margin = size > 1e-37 ? size / 10 : 1;
  return [least - margin, greatest + margin];
}

/** A position on an axis, and what stands beside it. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/**
 * Round numbers within a range: multiples of 1, 2 or 5 times a power of ten.
 * @param most how many at most, at least 2
 * @param leastStep the smallest distance: 1 for what is counted
 */
export function ticksOf([least, greatest]: Range, most: number, leastStep = 0): Tick[] {
  const step = Math.max(leastStep, roundUp((greatest - least) / most));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(least / step); i <= Math.floor(greatest / step); i++) {
    const value = i * step || 0; // never −0
    ticks.push({ value, label: label(value, step) });
  }
  return ticks;
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5].find((round) => round * power >= value) ?? 10;
  return factor * power;
}

function label(value: number, step: number): string {
  if (step < 1e-5 || step >= 1e6) return value === 0 ? '0' : Number(value.toPrecision(6)).toExponential();
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}
