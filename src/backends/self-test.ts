import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';

/** The sum of each 2 × 2 window of 1 … 9 in a square, and the difference of its corners: integers, which half a float holds too. */
const EXPECTED = [12, -4, 16, -4, 24, -4, 28, -4];

/**
 * Computes something known on the backend in use, and reads it.
 * @throws ZooError if it comes out as something else
 */
export async function selfTest(): Promise<void> {
  const result = tf.tidy(() => {
    const square = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const filters = tf.tensor4d([1, 1, 1, 0, 1, 0, 1, -1], [2, 2, 1, 2]);
    return tf.conv2d(square, filters, 1, 'valid');
  });
  try {
    const values = [...(await result.data())];
    if (values.every((value, i) => value === EXPECTED[i])) return;
    throw new ZooError(
      `backends.use: expected a convolution of ${EXPECTED.join(', ')}, got ${values.join(', ')}. Choose another backend.`,
    );
  } finally {
    result.dispose();
  }
}
