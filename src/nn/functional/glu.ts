import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, expectOptionsObject, shapeText } from './checks.js';
import { axisOf } from './dims.js';

/**
 * The first half of a dimension times the sigmoid of the second: Dauphin et al. 2016.
 *
 * Shape: any; `dim` comes out half as large. It is PyTorch's N, C, H, W for rank 4.
 * @throws ShapeError if the dimension does not exist or its size is odd
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 */
export function glu(x: tf.Tensor, options: { dim?: number } = {}): tf.Tensor {
  expectOptionsObject('glu', options);
  const { dim = -1 } = options;
  expectFloat('GLU', x);
  const axis = axisOf('GLU', x, dim);
  const size = x.shape[axis] ?? 1; // a scalar has no axis
  if (size % 2 !== 0) {
    throw new ShapeError(
      `GLU: expected an even size along dim ${dim}, got ${size} for shape ${shapeText(x.shape)}. Give values and gates of the same size.`,
    );
  }
  return tf.tidy(() => {
    const [values, gates] = tf.split(x, 2, axis);
    return tf.mul(values!, tf.sigmoid(gates!));
  });
}
