import * as tf from '@tensorflow/tfjs-core';
import type { BackendDetails } from '../backend-info.js';
import { adapterName } from './adapter.js';
import type { WebgpuBackend } from './backend.js';

export { startWebgpu } from '#webgpu-platform';
export { repairWebgpu } from './repair.js';
export { bringHome } from './residents.js';

/** How the backend runs, once it does. */
export async function webgpuDetails(): Promise<BackendDetails> {
  const { device } = tf.backend() as WebgpuBackend;
  return { version: tf.version_core, device: adapterName(device.adapterInfo) };
}
