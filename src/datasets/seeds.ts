import { Random } from '../core/index.js';

/**
 * A seed of its own for the `number`th thing that is done with another seed: an epoch, or a sample in it. Different numbers, below 2⁵², give different
 * seeds.
 */
export function seedFor(seed: number, number: number): number {
  const random = new Random(seed);
  return random.uint32() * 2 ** 20 + (random.uint32() >>> 12) + number;
}

/** The numbers below `length` in an order that the seed decides (Fisher and Yates). */
export function permutation(length: number, seed: number): Uint32Array {
  const random = new Random(seed);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const chosen = random.integer(last + 1);
    [order[last], order[chosen]] = [order[chosen]!, order[last]!];
  }
  return order;
}
