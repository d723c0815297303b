import { ZooError } from '../../core/index.js';
import type { Callback } from './callback.js';

// What `#training-platform` is in a page.

/** @throws ZooError always: a page shows progress in a way of its own */
export function progressBar(): Callback {
  throw new ZooError(
    'progressBar: expected a terminal, got a page. Pass a callback of your own: { onStep: ({ batch, batches, loss }) => … }.',
  );
}
