import * as tf from '@tensorflow/tfjs-core';
import { convolutionOf, reductionTo } from '../empty.js';
import { kernelsOf } from '../kernel.js';
import { nameAxes } from './axes.js';
import type { WebgpuBackend } from './backend.js';
import { acceptEmpty } from './empty.js';
import { guard } from './guard.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { trackResidents } from './residents.js';

const repaired = new WeakSet<tf.KernelBackend>();
let areKernelsOurs = false;

/** Puts right, once, what tfjs' backend gets wrong, the one in use. */
export function repairWebgpu(): void {
  const backend = tf.backend() as WebgpuBackend;
  if (!repaired.has(backend)) {
    acceptEmpty(backend);
    guard(backend);
    nameAxes(backend);
    trackResidents(backend);
    repaired.add(backend);
  }
  if (!areKernelsOurs) repairKernels();
  areKernelsOurs = true;
}

/** Replaces kernels. Once: ours call the stock ones. */
function repairKernels(): void {
  const { registered, replace } = kernelsOf('webgpu');
  for (const name of [tf.Conv2D, tf.FusedConv2D]) replace(convolutionOf(registered(name)));
  replace(reductionTo(0, registered(tf.Sum)));
  replace(reductionTo(Number.NaN, registered(tf.Mean)));
  replace(maxPoolGrad);
}
