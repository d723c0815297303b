import { withSeed, ZooError } from '../core/index.js';
import type { Transform } from '../transforms/index.js';

/** Applies a transform; where there is a seed, what it draws at random follows that alone. */
export function applyTransform<In, Out>(transform: Transform<In, Out>, input: In, seed: number | undefined): Out {
  return seed === undefined ? transform.apply(input) : withSeed(seed, () => transform.apply(input));
}

/** What was given instead of a transform; undefined where it is one, or none at all. Functions have a method `apply` too. */
export function notTransform(transform: { readonly apply?: unknown } | undefined): string | undefined {
  if (transform === undefined) return undefined;
  return typeof transform === 'object' && typeof transform?.apply === 'function' ? undefined : typeof transform;
}

/** @throws ZooError unless it is a transform, or undefined */
export function expectTransform(who: string, transform: { readonly apply?: unknown } | undefined): void {
  const got = notTransform(transform);
  if (got === undefined) return;
  throw new ZooError(
    `${who}: expected transform to have a method apply(x), got ${got}. Wrap a function as { apply: fn }, several transforms in Compose.`,
  );
}
