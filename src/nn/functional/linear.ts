import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';
import { expectFloat, expectOptionsObject, expectRank, shapeText } from './checks.js';
import { productWithBias } from './fused.js';

/**
 * x · weight + bias on the last axis.
 *
 * Shape: x [..., inFeatures] → [..., outFeatures].
 *
 * Differs from PyTorch: the weight lies as [inFeatures, outFeatures]. One of [inFeatures] gives [...].
 * @throws ShapeError if the last axis is not inFeatures
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, options: { bias?: tf.Tensor | null } = {}): tf.Tensor {
  expectOptionsObject('linear', options);
  const { bias = null } = options;
  expectRank(
    'Linear',
    weight,
    [1, 2],
    'a weight [inFeatures, outFeatures], or [inFeatures] for one output without an axis',
  );
  const [inFeatures, outFeatures = 1] = weight.shape as [number, number?];
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
    const positions = x.shape.slice(0, -1);
    const rows = tf.reshape(x, [sizeOf(positions), inFeatures]) as tf.Tensor2D;
    const columns = tf.reshape(weight, [inFeatures, outFeatures]) as tf.Tensor2D;
    const shape = weight.rank === 1 ? positions : [...positions, outFeatures];
    if (weight.rank === 2 && bias && tf.util.arraysEqual(bias.shape, [outFeatures]))
      return tf.reshape(productWithBias(rows, columns, bias), shape);
    const out = tf.reshape(tf.matMul(rows, columns), shape);
    return bias ? tf.add(out, bias) : out;
  });
}
