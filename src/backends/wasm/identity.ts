import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';

/** A clone shares its data, as on other backends. The stock kernel copies what it is given: every weight at each step of training. */
export const identity: WasmKernel = {
  kernelName: tf.Identity,
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs.x!;
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  },
};
