import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { shapeText } from '../../nn/index.js';
import type { RGBImage } from '../../transforms/index.js';
import { expectAlive } from './checks.js';

/**
 * A tensor that a model takes, as a picture: its values over their own range, for what was normalised has no other. It stays the caller's.
 *
 * Shape: [H, W, 3], [H, W, 1], or either with a batch axis of 1 before it.
 * @throws ShapeError for another shape
 * @throws ZooError if it is disposed
 * @example
 * ```ts
 * const image = await visualize.toImage(tf.tensor3d([[[-1], [1]]]));
 * console.log([...image.data]); // [0, 0, 0, 255, 255, 255]
 * ```
 */
export async function toImage(tensor: tf.Tensor): Promise<RGBImage> {
  const who = 'visualize.toImage';
  expectAlive(who, 'an image', tensor);
  const [height, width, channels] = tensor.shape.slice(-3) as [number, number, number];
  const isOne = tensor.rank === 3 || (tensor.rank === 4 && tensor.shape[0] === 1);
  if (!isOne || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(
      `${who}: expected one image [H, W, 3] or [H, W, 1], got shape ${shapeText(tensor.shape)}. ` +
        'Take one of a batch with tf.slice; of activations draw featureMaps.',
    );
  }
  const bytes = tf.tidy(() => {
    const least = tf.min(tensor);
    const range = tf.sub(tf.max(tensor), least);
    return tf.mul(tf.divNoNan(tf.sub(tensor, least), range), 255);
  });
  let values: ArrayLike<number>;
  try {
    values = await bytes.data();
  } finally {
    bytes.dispose();
  }
  const data = Uint8Array.from({ length: 3 * height * width }, (_, i) =>
    Math.round(values[channels === 3 ? i : Math.floor(i / 3)]!),
  );
  return { width, height, data };
}
