import { expect } from 'chai';
import { unravel } from './golden.js';

/** What the project promises of outputs, input gradients and buffers, on every backend; parameter gradients, being long sums, get twice that. */
export const TOLERANCE = 1e-4;
export const PARAMETER_GRADIENT_TOLERANCE = 2e-4;

/** What it promises of a whole network's logits in a page, as shares of the largest. Of half floats the order of the best is promised. */
export const LOGITS_TOLERANCE = {
  webgpu: 1e-3,
  webgl: 1e-3,
  'webgl in half floats': 1e-2,
  wasm: 1e-4,
  cpu: 1e-4,
} as const;

/**
 * Fails unless |got − want| ≤ tolerance · max(1, max|want|) + tolerance · |want| for every element, shapes being equal, and
 * names the element that is furthest out. NaN and infinities fail. `largest` is max|want| where `want` is only a sample.
 *
 * Returns the largest |got − want| / (max(1, max|want|) + |want|), which is what `tolerance` bounds.
 */
export function expectClose(
  what: string,
  got: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  want: { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> },
  tolerance = TOLERANCE,
  largest = 0,
): number {
  expect([...got.shape], `${what}: shape`).to.deep.equal([...want.shape]);
  const wanted = Array.from(want.data, Number);
  const scale = Math.max(
    1,
    largest,
    wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0),
  );
  let worst = { error: 0, index: 0 };
  let outside = 0;
  for (const [index, value] of wanted.entries()) {
    const ratio = Math.abs(got.data[index]! - value) / (scale + Math.abs(value));
    const error = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
    if (error > tolerance) outside++;
    if (error > worst.error) worst = { error, index };
  }
  if (outside === 0) return worst.error;
  expect.fail(
    `${what}: ${outside} of ${wanted.length} elements are off; at [${unravel(worst.index, want.shape).join(', ')}] ` +
      `got ${got.data[worst.index]}, want ${wanted[worst.index]}, ${(worst.error / tolerance).toFixed(1)} times the tolerance`,
  );
}
