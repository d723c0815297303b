import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, shapeText } from './checks.js';
import { axisOf, onLastAxis } from './dims.js';

/**
 * max(0, x).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 */
export function relu(x: tf.Tensor): tf.Tensor {
  return tf.relu(x);
}

/**
 * x where it is positive, else weight · x, with one weight for all or one a channel (last axis).
 * @throws ShapeError if there are several weights and not as many channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
 */
export function prelu(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  expectFloat('PReLU', x);
  const channels = x.shape[x.rank - 1];
  if (weight.size !== 1 && (x.rank < 2 || weight.size !== channels)) {
    throw new ShapeError(
      `PReLU: expected ${weight.size} channels (last axis, after a batch axis), got shape ${shapeText(x.shape)}. Set numParameters to 1 or to the channels.`,
    );
  }
  return x.rank > 0 ? tf.prelu(x, weight) : tf.tidy(() => tf.prelu(x, tf.reshape(weight, [])));
}

/**
 * Probabilities along a dimension.
 *
 * Shape: any; the same comes out. `dim` is PyTorch's N, C, H, W for rank 4; if null, 0 for ranks 0, 1 and 3, else 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export function softmax(x: tf.Tensor, dim: number | null = null): tf.Tensor {
  return alongDim('Softmax', x, dim, (rows) => tf.softmax(rows));
}

/**
 * Logarithms of the probabilities along a dimension, computed without overflow.
 *
 * Shape: as `softmax`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export function logSoftmax(x: tf.Tensor, dim: number | null = null): tf.Tensor {
  return alongDim('LogSoftmax', x, dim, (rows) => tf.logSoftmax(rows));
}

function alongDim(who: string, x: tf.Tensor, dim: number | null, op: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  expectFloat(who, x);
  const implicitDim = x.rank === 2 || x.rank > 3 ? 1 : 0;
  const axis = axisOf(who, x, dim ?? implicitDim);
  return tf.tidy(() => {
    if (x.rank === 0) return tf.reshape(op(tf.reshape(x, [1])), []);
    return onLastAxis(x, axis, op);
  });
}
