import * as tf from '@tensorflow/tfjs-core';

/**
 * An op with a gradient of its own, for where that of its composition would be slow, or not PyTorch's.
 *
 * @param forward the value
 * @param backward the gradients of all inputs, from that of the value
 */
export function withGradient<Inputs extends tf.Tensor[]>(
  inputs: Inputs,
  forward: (...inputs: Inputs) => tf.Tensor,
  backward: (dy: tf.Tensor, ...inputs: Inputs) => tf.Tensor[],
): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const given = args as Inputs;
    save(given);
    return {
      value: forward(...given),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy, ...(saved as Inputs)),
    };
  });
  return op(...inputs);
}
