import { withSeed } from '../core/index.js';
import type { Transform } from '../transforms/index.js';

/** Applies a transform; where there is a seed, what it draws at random follows that alone. */
export function applyTransform<In, Out>(transform: Transform<In, Out>, input: In, seed: number | undefined): Out {
  return seed === undefined ? transform.apply(input) : withSeed(seed, () => transform.apply(input));
}
