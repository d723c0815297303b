import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectOptionsObject } from './checks.js';
import { elementwiseWithSlope, type InplaceOptions } from './elementwise.js';

/**
 * x where it is positive, else alpha · (e^x − 1).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
 */
export function elu(x: tf.Tensor, options: { alpha?: number } & InplaceOptions = {}): tf.Tensor {
  expectOptionsObject('elu', options);
  return exponentialUnit('ELU', x, { alpha: options.alpha ?? 1 });
}

/** The two constants at which activations keep mean 0 and variance 1 from layer to layer: Klambauer et al. 2017. */
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/**
 * ELU with the constants that keep activations normalised: scale · x where x is positive, else scale · alpha · (e^x − 1).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export function selu(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  return exponentialUnit('SELU', x, SELU);
}

/**
 * x where it is positive, else alpha · (e^(x / alpha) − 1).
 * @throws ShapeError if alpha is 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export function celu(x: tf.Tensor, options: { alpha?: number } & InplaceOptions = {}): tf.Tensor {
  expectOptionsObject('celu', options);
  const { alpha = 1 } = options;
  expectDivisor(alpha);
  return exponentialUnit('CELU', x, { alpha, inputScale: 1 / alpha });
}

export function expectDivisor(alpha: number): void {
  if (alpha !== 0) return;
  throw new ShapeError('CELU: expected an alpha other than 0, got 0. For max(0, x) use ReLU.');
}

/** scale · x where x is positive, else scale · alpha · (e^(inputScale · x) − 1) */
function exponentialUnit(
  who: string,
  x: tf.Tensor,
  { alpha, scale = 1, inputScale = 1 }: { alpha: number; scale?: number; inputScale?: number },
): tf.Tensor {
  const below = (x: tf.Tensor) => {
    // The exponential sees no positive x, of which it could overflow. Of what is not positive, elu is expm1, and fast on wasm.
    const scaled = tf.mul(tf.clipByValue(x, Number.NEGATIVE_INFINITY, 0), inputScale);
    return inputScale > 0 ? tf.elu(scaled) : tf.expm1(scaled);
  };
  const slopeAtZero = scale * alpha * inputScale;
  return elementwiseWithSlope(
    who,
    x,
    (x) => tf.add(tf.mul(tf.relu(x), scale), tf.mul(below(x), scale * alpha)),
    // slopeAtZero · e^(inputScale · x) up to 0, and scale behind it
    (x) => tf.add(tf.mul(tf.add(below(x), 1), slopeAtZero), tf.mul(tf.step(x), scale - slopeAtZero)),
  );
}
