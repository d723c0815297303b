import type { Random } from '../../core/index.js';

/**
 * One standard normal number between `low` and `high`, by rejection. Each way below accepts every second candidate or so,
 * however far out the bounds lie, so none runs for long.
 */
export function truncatedNormal(low: number, high: number, random: Random): number {
  if (low > 0) return tail(low, high, random);
  if (high < 0) return -tail(-high, -low, random);
  return high - low > 2.5 ? redrawn(low, high, random) : narrow(low, high, random);
}

/** Around 0 and wide: normal numbers, drawn again until one lies within the bounds. */
function redrawn(low: number, high: number, random: Random): number {
  for (;;) {
    const z = random.normal();
    if (z >= low && z <= high) return z;
  }
}

/** Around 0 and narrow: uniform ones, kept in proportion to the density. */
function narrow(low: number, high: number, random: Random): number {
  for (;;) {
    const z = low + (high - low) * random.uniform();
    if (random.uniform() < Math.exp(-(z ** 2) / 2)) return z;
  }
}

/** On one side of 0: exponential ones, at the rate that is best for the tail behind `low` (Robert 1995). */
function tail(low: number, high: number, random: Random): number {
  const rate = (low + Math.hypot(low, 2)) / 2;
  const within = -Math.expm1(-rate * (high - low));
  const mode = Math.min(rate, high); // where the density exceeds the exponential's most
  for (;;) {
    const z = Math.min(low - Math.log1p(-within * random.uniform()) / rate, high);
    if (random.uniform() < Math.exp(rate * (z - mode) - (z - mode) * (z + mode) * 0.5)) return z;
  }
}
