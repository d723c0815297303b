import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectOptionsObject } from './checks.js';
import { elementwise, elementwiseWithSlope, type InplaceOptions } from './elementwise.js';

/**
 * 1 / (1 + e^−x).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.sigmoid.html
 */
export function sigmoid(x: tf.Tensor): tf.Tensor {
  return elementwise('Sigmoid', x, tf.sigmoid);
}

/**
 * log(sigmoid(x)), computed without overflow.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html
 */
export function logsigmoid(x: tf.Tensor): tf.Tensor {
  // Not tf.logSigmoid, which does not keep its input: its gradient fails where a tidy has freed that.
  return elementwiseWithSlope(
    'LogSigmoid',
    x,
    (x) => tf.sub(tf.minimum(x, 0), tf.log1p(tf.exp(tf.neg(tf.abs(x))))),
    (x) => tf.sigmoid(tf.neg(x)),
  );
}

export interface SoftplusFunctionOptions {
  /** How sharp the bend is. */
  readonly beta?: number;
  /** From beta · x = threshold on, x itself comes out. */
  readonly threshold?: number;
}

/**
 * log(1 + e^(beta · x)) / beta, a smooth max(0, x).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html
 */
export function softplus(x: tf.Tensor, options: SoftplusFunctionOptions = {}): tf.Tensor {
  expectOptionsObject('softplus', options);
  const { beta = 1, threshold = 20 } = options;
  const value = (x: tf.Tensor) => {
    const scaled = tf.mul(x, beta);
    return tf.where(tf.greater(scaled, threshold), x, tf.mul(tf.softplus(scaled), 1 / beta));
  };
  const slope = (x: tf.Tensor) => {
    const scaled = tf.mul(x, beta);
    const bent = tf.sigmoid(scaled);
    const straight = tf.step(tf.sub(scaled, threshold));
    return tf.add(bent, tf.mul(straight, tf.sub(1, bent)));
  };
  return elementwiseWithSlope('Softplus', x, value, slope);
}

/**
 * The hyperbolic tangent.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanh.html
 */
export function tanh(x: tf.Tensor): tf.Tensor {
  return elementwise('Tanh', x, tf.tanh);
}

/**
 * x − tanh(x).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html
 */
export function tanhshrink(x: tf.Tensor): tf.Tensor {
  return elementwise('Tanhshrink', x, (x) => tf.sub(x, tf.tanh(x)));
}

/**
 * x / (1 + |x|).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html
 */
export function softsign(x: tf.Tensor): tf.Tensor {
  return elementwise('Softsign', x, (x) => tf.div(x, tf.add(tf.abs(x), 1)));
}

/**
 * x · sigmoid(x), also called swish: the activation of EfficientNet.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
 */
export function silu(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  return elementwise('SiLU', x, (x) => tf.mul(x, tf.sigmoid(x)));
}

/**
 * x · tanh(softplus(x)): Misra 2019.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mish.html
 */
export function mish(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  // With e = e^x and n = e² + 2e, tanh(log(1 + e)) is n / (n + 2): one exponential, and 1 in float32 long before x = 20.
  const bounded = (x: tf.Tensor) => tf.clipByValue(x, Number.NEGATIVE_INFINITY, 20);
  const numerator = (x: tf.Tensor) => {
    const e = tf.exp(x);
    return tf.mul(e, tf.add(e, 2));
  };
  const value = (x: tf.Tensor) => {
    const n = numerator(bounded(x));
    return tf.mul(x, tf.div(n, tf.add(n, 2)));
  };
  // tanh + x · sigmoid(x) · (1 − tanh²), where 1 − tanh = 2 / (n + 2) loses nothing as tanh nears 1.
  const slope = (x: tf.Tensor) => {
    const b = bounded(x);
    const rest = tf.div(2, tf.add(numerator(b), 2));
    return tf.add(tf.sub(1, rest), tf.mul(tf.mul(b, tf.sigmoid(b)), tf.mul(rest, tf.sub(2, rest))));
  };
  return elementwiseWithSlope('Mish', x, value, slope);
}

/** How GELU computes the normal distribution: exactly, by the error function, or nearly, by tanh. */
export type GELUApproximation = 'none' | 'tanh';

/**
 * x times the probability that a normal number is smaller than x: Hendrycks and Gimpel 2016.
 * @throws ShapeError if `approximate` is neither 'none' nor 'tanh'
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export function gelu(x: tf.Tensor, options: { approximate?: GELUApproximation } = {}): tf.Tensor {
  expectOptionsObject('gelu', options);
  const { approximate = 'none' } = options;
  expectApproximation(approximate);
  return elementwise('GELU', x, approximate === 'tanh' ? geluByTanh : geluByErf);
}

function geluByErf(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5));
}

/** x · (1 + tanh(u)) / 2 with u = √(2 / π) · (x + 0.044715 x³); and (1 + tanh(u)) / 2 = sigmoid(2u). */
function geluByTanh(x: tf.Tensor): tf.Tensor {
  const scale = 2 * Math.sqrt(2 / Math.PI);
  const doubled = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715 * scale), scale));
  return tf.mul(x, tf.sigmoid(doubled));
}

export function expectApproximation(approximate: GELUApproximation): void {
  if (approximate === 'none' || approximate === 'tanh') return;
  throw new ShapeError(`GELU: expected approximate to be none or tanh, got '${approximate}'. Choose one of these.`);
}
