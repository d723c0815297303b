import * as tf from '@tensorflow/tfjs-core';
import { forkRandom, RELU_GRAD, ShapeError } from '../../core/index.js';
import { expectFloat, expectOptionsObject, shapeText } from './checks.js';
import { elementwise, elementwiseWithSlope, type InplaceOptions } from './elementwise.js';

/**
 * max(0, x).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 */
export function relu(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  // tf.relu would keep its input for the gradient; the layer behind this one keeps its output in any case.
  const op = tf.customGrad((input, save) => {
    const y = tf.relu(input as tf.Tensor);
    (save as tf.GradSaveFunc)([y]);
    return { value: y, gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => reluGradient(dy, kept!) };
  });
  return op(x);
}

tf.registerGradient({
  kernelName: RELU_GRAD,
  inputsToSave: ['y'],
  gradFunc: (ddy, [y]) => ({ dy: () => reluGradient(ddy as tf.Tensor, y!), y: () => tf.zerosLike(y!) }),
});

/** dy where y is positive, else 0 */
function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const hasKernel = tf.getKernel(RELU_GRAD, tf.getBackend()) !== undefined;
  return hasKernel ? tf.engine().runKernel(RELU_GRAD, { dy, y }) : tf.mul(dy, tf.step(y));
}

/**
 * x where it is positive, else negativeSlope · x.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
 */
export function leakyRelu(x: tf.Tensor, options: { negativeSlope?: number } & InplaceOptions = {}): tf.Tensor {
  expectOptionsObject('leakyRelu', options);
  return leaky('LeakyReLU', x, options.negativeSlope ?? 0.01);
}

function leaky(who: string, x: tf.Tensor, negativeSlope: number): tf.Tensor {
  // 1 where x is positive, else negativeSlope. The product costs an eighth of what tf.leakyRelu does on wasm.
  const slope = (x: tf.Tensor) => tf.step(x, negativeSlope);
  return elementwiseWithSlope(who, x, (x) => tf.mul(x, slope(x)), slope);
}

/**
 * x where it is positive, else weight · x, with one weight for all or one a channel (last axis).
 * @throws ShapeError if there are several weights and not as many channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
 */
export function prelu(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  expectFloat('PReLU', x);
  expectFloat('PReLU', weight);
  if (weight.rank > 1) {
    throw new ShapeError(
      `PReLU: expected a weight of shape [] or [channels], got ${shapeText(weight.shape)}. Flatten it with tf.reshape.`,
    );
  }
  const channels = x.shape[x.rank - 1];
  if (weight.size !== 1 && (x.rank < 2 || weight.size !== channels)) {
    throw new ShapeError(
      `PReLU: expected ${weight.size} channels (last axis, after a batch axis), got shape ${shapeText(x.shape)}. Set numParameters to 1 or to the channels.`,
    );
  }
  if (x.rank > 1 && x.rank <= 4) return tf.prelu(x, weight);
  // The op wants an axis before that of the weight, and WebGL's kernel of the gradient stops at rank 4.
  return tf.tidy(() => {
    const rows = tf.reshape(x, [x.size / weight.size, weight.size]);
    return tf.reshape(tf.prelu(rows, weight), x.shape);
  });
}

export interface RReLUFunctionOptions extends InplaceOptions {
  /** The least slope. */
  readonly lower?: number;
  /** The largest slope. */
  readonly upper?: number;
  /** Draws a slope for each element; otherwise all have the mean of the two. */
  readonly training?: boolean;
}

/**
 * x where it is positive, else x times a slope: of its own for each element in training, drawn uniformly from `lower` to
 * `upper`, their mean otherwise.
 *
 * The slopes follow `manualSeed`.
 * @throws ShapeError if lower is larger than upper
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.rrelu.html
 */
export function rrelu(x: tf.Tensor, options: RReLUFunctionOptions = {}): tf.Tensor {
  expectOptionsObject('rrelu', options);
  const { lower = 1 / 8, upper = 1 / 3, training = false } = options;
  expectSlopes(lower, upper);
  if (!training) return leaky('RReLU', x, (lower + upper) / 2);
  return elementwise('RReLU', x, (x) => {
    const random = forkRandom();
    const drawn = Float32Array.from({ length: x.size }, () => lower + (upper - lower) * random.uniform());
    const below = tf.tensor(drawn, x.shape);
    const slopes = tf.add(below, tf.mul(tf.step(x), tf.sub(1, below)));
    return tf.mul(x, slopes);
  });
}

export function expectSlopes(lower: number, upper: number): void {
  if (lower <= upper) return;
  throw new ShapeError(`RReLU: expected lower of at most upper, got ${lower} and ${upper}. Swap them.`);
}
