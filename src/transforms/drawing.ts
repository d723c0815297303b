import { pyFloat, type Random, ZooError } from '../core/index.js';

// What random transforms draw, and what they draw it from.

/** The ends of a range to draw from. */
export type Range = readonly [min: number, max: number];

/** Uniform between the ends of a range. */
export function uniformIn([min, max]: Range, random: Random): number {
  return min + (max - min) * random.uniform();
}

/** As likely to be twice as to be half: uniform in the logarithm. */
export function logUniformIn([min, max]: Range, random: Random): number {
  return Math.exp(uniformIn([Math.log(min), Math.log(max)], random));
}

/** The items in random order, each order as likely as any other. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  random.shuffle(order);
  return order;
}

/** @throws ZooError unless `p` is a number from 0 to 1. */
export function checkProbability(who: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ZooError(`${who}: expected p to be a probability, 0 to 1, got ${p}. Give 1 for always.`);
}

/** @throws ZooError unless `range` is `[min, max]`, both from `least` to `most`. */
export function checkRange(who: string, name: string, range: Range, least: number, most: number): void {
  const isPair = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite);
  if (isPair && least <= range[0] && range[0] <= range[1] && range[1] <= most) return;
  const from = least === Number.MIN_VALUE ? 'above 0' : `at least ${least}`;
  const bounds = most === Number.MAX_VALUE ? from : `from ${least} to ${most}`;
  throw new ZooError(
    `${who}: expected ${name} to be [min, max], ${bounds}, got ${JSON.stringify(range)}. Give the smaller first.`,
  );
}

/** Python's text of a tuple of floats. */
export function rangeRepr([min, max]: Range): string {
  return `(${pyFloat(min)}, ${pyFloat(max)})`;
}
