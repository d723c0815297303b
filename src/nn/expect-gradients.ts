import { getGradient } from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';

/**
 * tfjs-core alone knows how to compute, and no gradients.
 * @internal
 */
export function expectGradients(who: string): void {
  if (getGradient('Identity')) return;
  throw new ZooError(
    `${who}: expected gradients of tfjs's ops, got none registered, as with @tensorflow/tfjs-core alone. ` +
      "Import 'tfjs-zoo/backends', or '@tensorflow/tfjs'.",
  );
}
