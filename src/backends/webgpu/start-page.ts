import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { expectSound, requestAdapter } from './adapter.js';
import type * as node from './start-node.js';

const who = 'backends.use: ';
const tfjs = '@tensorflow/tfjs-backend-webgpu';

/**
 * Expects tfjs' package to have registered the backend, which it does by itself where the page has WebGPU. It is the app that imports
 * it: a bundler follows no import that may be missing, and a page finds no package by its name.
 */
export const startWebgpu: typeof node.startWebgpu = async (isAsked) => {
  if (!navigator.gpu) {
    throw new ZooError(
      `${who}expected a page with navigator.gpu, got none. Serve it by https, or choose webgl, which every browser has.`,
    );
  }
  if (!tf.findBackendFactory('webgpu')) {
    throw new ZooError(`${who}expected the app to import ${tfjs}, got no such import. Add import '${tfjs}' to it.`);
  }
  const adapter = await requestAdapter(navigator.gpu);
  if (!isAsked) expectSound(adapter);
};
