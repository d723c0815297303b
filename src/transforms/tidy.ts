import * as tf from '@tensorflow/tfjs-core';

function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}

/**
 * Runs `make` and frees the tensors made in it, but for those in its result: a tensor, or an array of them.
 *
 * tf.tidy itself searches what it is given for tensors, and would walk through every pixel of an image.
 */
export function tidyOutput<T>(make: () => T): T {
  let output: T | undefined;
  tf.tidy(() => {
    output = make();
    return tensorsIn(output);
  });
  return output as T;
}
