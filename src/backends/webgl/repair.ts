import * as tf from '@tensorflow/tfjs-core';
import { reductionTo } from '../empty.js';
import { kernelsOf } from '../kernel.js';
import type { WebglBackend } from './backend.js';
import { clipByValue } from './clip.js';
import { acceptEmpty } from './empty.js';
import { guard } from './guard.js';
import { maxPoolGrad } from './max-pool-grad.js';

const repaired = new WeakSet<tf.KernelBackend>();
let areKernelsOurs = false;

/** Puts right, once, what tfjs' backend gets wrong, the one in use. */
export function repairWebgl(): void {
  const backend = tf.backend() as WebglBackend;
  if (!repaired.has(backend)) {
    acceptEmpty(backend);
    guard(backend);
    repaired.add(backend);
  }
  if (!areKernelsOurs) repairKernels();
  areKernelsOurs = true;
}

/** Replaces kernels. Once: ours call the stock ones. */
function repairKernels(): void {
  const { registered, replace } = kernelsOf('webgl');
  replace(reductionTo(0, registered(tf.Sum)));
  replace(reductionTo(Number.NaN, registered(tf.Mean)));
  replace(maxPoolGrad);
  replace(clipByValue);
}
