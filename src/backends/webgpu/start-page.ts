import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { importOptional } from '../optional.js';
import type * as node from './start-node.js';

/** Has tfjs' package register the backend, which it does by itself where the page has WebGPU, unless a program has imported it. */
export const startWebgpu: typeof node.startWebgpu = async () => {
  if (!navigator.gpu) {
    throw new ZooError(
      'backends.use: expected a page with navigator.gpu, got none. Serve it by https, or choose webgl, which every browser has.',
    );
  }
  if (!tf.findBackendFactory('webgpu')) await importOptional('@tensorflow/tfjs-backend-webgpu');
};
