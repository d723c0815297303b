import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

const RELU_GRAD = 'ReluGrad';

/** dy where x is positive: one loop for the three ops of tfjs' gradient. As in PyTorch, NaN in x lets dy pass, and 0 hides NaN in dy. */
export const reluGrad: WasmKernel = {
  kernelName: RELU_GRAD,
  kernelFunc: ({ inputs, backend }) => {
    const { dy, x } = inputs as { dy: tf.TensorInfo; x: tf.TensorInfo };
    const out = backend.makeOutput(x.shape, 'float32');
    const size = tf.util.sizeFromShape(x.shape);
    simdOf(backend)!.run(
      'reluGrad',
      [dy, x, out].map((tensor) => addressOf(backend, tensor)),
      size,
      3 * size,
    );
    return out;
  },
};

function gradientOf(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(RELU_GRAD, { dy, x });
}

/** Has ReLU's gradient computed by our own loop on a backend that has it; elsewhere, and for other dtypes, as before. */
export function registerReluGradient(): void {
  const { gradFunc, ...relu } = tf.getGradient(tf.Relu)!;
  tf.registerGradient({
    ...relu,
    gradFunc: (dy, saved, attrs) => {
      const [x] = saved as [tf.Tensor];
      const isOurs = x.dtype === 'float32' && tf.getKernel(RELU_GRAD, tf.getBackend()) !== undefined;
      return isOurs ? { x: () => gradientOf(dy as tf.Tensor, x) } : gradFunc(dy, saved, attrs);
    },
  });
  tf.registerGradient({
    kernelName: RELU_GRAD,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ dy: () => gradientOf(dy as tf.Tensor, x!), x: () => tf.zerosLike(x!) }),
  });
}
