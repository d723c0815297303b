import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { inEvaluation, type Module, shapeText } from '../../nn/index.js';
import { expectAlive } from './checks.js';

/** Options of `saliency`, and of the other heat maps. */
export interface ClassOptions {
  /** Which class's score to explain. Default the most probable one. */
  readonly classIndex?: number | undefined;
}

/** An image as a batch of one, which is the caller's to free. */
export function batchOfOne(who: string, image: tf.Tensor): tf.Tensor4D {
  expectAlive(who, 'an image', image);
  const { rank, shape, dtype } = image;
  if (dtype === 'float32' && (rank === 3 || (rank === 4 && shape[0] === 1))) {
    return tf.tidy(() => tf.reshape(image, [1, ...(shape.slice(-3) as [number, number, number])]));
  }
  throw new ShapeError(
    `${who}: expected one float32 image [H, W, C] or [1, H, W, C] as the model takes it, got ${dtype} of shape ${shapeText(shape)}. ` +
      'Prepare it with classifier.preprocess, or take one of a batch with tf.slice.',
  );
}

/**
 * The class to explain: what is asked for, else the one of the largest logit.
 * @param x a batch of one
 */
export async function classOf(who: string, model: Module, x: tf.Tensor, { classIndex }: ClassOptions): Promise<number> {
  const logits = inEvaluation(model, () => tf.tidy(() => model.forward(x)));
  try {
    if (logits.rank !== 2) {
      throw new ShapeError(
        `${who}: expected a model that gives logits [1, classes], got shape ${shapeText(logits.shape)}. Pass a classifier's model.`,
      );
    }
    const values = await logits.data();
    if (classIndex === undefined) return values.indexOf(Math.max(...values));
    if (Number.isInteger(classIndex) && classIndex >= 0 && classIndex < values.length) return classIndex;
    throw new ZooError(
      `${who}: expected classIndex from 0 to ${values.length - 1}, got ${classIndex}. Leave it out for the most probable class.`,
    );
  } finally {
    logits.dispose();
  }
}

/** The logit of a class, a scalar. */
export function logitOf(logits: tf.Tensor, classIndex: number): tf.Scalar {
  return tf.reshape(tf.slice(logits, [0, classIndex], [1, 1]), []);
}

/** Reads a map [H, W], and frees it. */
export async function heatOf(map: tf.Tensor, classIndex: number) {
  try {
    const [height, width] = map.shape as [number, number];
    return { width, height, data: (await map.data()) as Float32Array, classIndex };
  } finally {
    map.dispose();
  }
}
