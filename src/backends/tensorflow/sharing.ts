import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import { nodeBackend } from './backend.js';

// A reshape or a cast that changes nothing is a copy of nothing: an op of TensorFlow's fewer, of which a step of training has
// dozens. The data are shared, as tfjs-node shares them between a tensor and its clones.

/** Reshape, where the data have that shape: what another backend has reshaped may say so and not have it. */
export function reshapeOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const x = args.inputs.x!;
      // Of no numbers tfjs cannot tell what −1 stands for; TensorFlow can.
      if (x.size === 0) return stock(args);
      const shape = tf.util.inferFromImplicitShape(args.attrs.shape, x.size);
      const stays = tf.util.arraysEqual(nodeBackend().tensorMap.get(x.dataId).shape, shape);
      return stays ? share(x, shape) : stock(args);
    },
  };
}

/** Cast, where the type stays. */
export function castOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const x = args.inputs.x!;
      return x.dtype === args.attrs.dtype ? share(x, x.shape) : stock(args);
    },
  };
}

function share({ dataId, dtype }: tf.Tensor, shape: number[]): tf.TensorInfo {
  nodeBackend().incRef(dataId);
  return { dataId, shape, dtype };
}
