import { Random } from '../core/index.js';

/**
 * A seed of its own for the `number`th thing that is done with another seed: an epoch, or a sample in it. Different numbers, below 2⁵², give different
 * seeds.
 */
export function seedFor(seed: number, number: number): number {
  const random = new Random(seed);
  return random.uint32() * 2 ** 20 + (random.uint32() >>> 12) + number;
}

/** The numbers below `length` in an order that the seed decides. */
export function permutation(length: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  new Random(seed).shuffle(order);
  return order;
}
