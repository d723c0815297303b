import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, shapeText } from './checks.js';

/**
 * x · weight + bias on the last axis.
 *
 * Shape: x [..., inFeatures] → [..., outFeatures].
 *
 * Differs from PyTorch: the weight lies as [inFeatures, outFeatures].
 * @throws ShapeError if the last axis is not inFeatures
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, options: { bias?: tf.Tensor | null } = {}): tf.Tensor {
  const { bias = null } = options;
  const [inFeatures, outFeatures] = weight.shape as [number, number];
  expectFloat('Linear', x);
  if (x.rank === 0 || x.shape[x.rank - 1] !== inFeatures) {
    // Flattened, an image of another size has another number of features, and one without a batch axis is cut in pieces.
    const remedy =
      x.rank > 2
        ? 'An image or a feature map needs nn.Flatten before a linear layer.'
        : 'If this was an image, resize it to what the network was made for, and check that it has a batch axis.';
    throw new ShapeError(
      `Linear: expected ${inFeatures} features on the last axis, got shape ${shapeText(x.shape)}. ${remedy}`,
    );
  }
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, inFeatures]) as tf.Tensor2D;
    const out = tf.fused.matMul({ a: rows, b: weight as tf.Tensor2D, ...(bias && { bias }) });
    return tf.reshape(out, [...x.shape.slice(0, -1), outFeatures]);
  });
}
