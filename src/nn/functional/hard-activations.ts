import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectOptionsObject } from './checks.js';
import { elementwiseWithSlope, type InplaceOptions } from './elementwise.js';

// Activations of straight pieces. At a kink PyTorch's gradient is that of the flat side, which `step`, 0 at 0, gives too;
// comparisons would cost ten times as much on wasm.

/** 1 where low < x < high, else 0. */
function inside(x: tf.Tensor, low: number, high: number): tf.Tensor {
  return tf.mul(tf.step(tf.sub(x, low)), tf.step(tf.sub(high, x)));
}

/** 1 where |x| > bound, else 0. */
function outside(x: tf.Tensor, bound: number): tf.Tensor {
  return tf.step(tf.sub(tf.abs(x), bound));
}

/**
 * min(max(0, x), 6).
 *
 * Differs from PyTorch: on wasm NaN becomes 0.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html
 */
export function relu6(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  return clip('ReLU6', x, 0, 6);
}

export interface HardtanhFunctionOptions extends InplaceOptions {
  readonly minVal?: number;
  readonly maxVal?: number;
}

/**
 * min(max(minVal, x), maxVal).
 *
 * Differs from PyTorch: on wasm NaN becomes minVal.
 * @throws ShapeError if minVal is larger than maxVal
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html
 */
export function hardtanh(x: tf.Tensor, options: HardtanhFunctionOptions = {}): tf.Tensor {
  expectOptionsObject('hardtanh', options);
  const { minVal = -1, maxVal = 1 } = options;
  if (!(minVal <= maxVal)) {
    throw new ShapeError(`Hardtanh: expected minVal of at most maxVal, got ${minVal} and ${maxVal}. Swap them.`);
  }
  return clip('Hardtanh', x, minVal, maxVal);
}

function clip(who: string, x: tf.Tensor, low: number, high: number): tf.Tensor {
  return elementwiseWithSlope(
    who,
    x,
    (x) => tf.clipByValue(x, low, high),
    (x) => inside(x, low, high),
  );
}

/**
 * A sigmoid of straight lines: min(max(0, x + 3), 6) / 6.
 *
 * Differs from PyTorch: on wasm NaN becomes 0.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html
 */
export function hardsigmoid(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  return elementwiseWithSlope('Hardsigmoid', x, gate, (x) => tf.mul(inside(x, -3, 3), 1 / 6));
}

/**
 * x · hardsigmoid(x), the activation of MobileNetV3: Howard et al. 2019.
 *
 * The gradients at −3 and 3 are 0 and 1, as PyTorch's since 2.9; before they were −0.5 and 1.5.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardswish.html
 */
export function hardswish(x: tf.Tensor, _options: InplaceOptions = {}): tf.Tensor {
  return elementwiseWithSlope(
    'Hardswish',
    x,
    (x) => tf.mul(x, gate(x)),
    (x) => tf.add(gate(x), tf.mul(tf.mul(x, 1 / 6), inside(x, -3, 3))),
  );
}

function gate(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.clipByValue(tf.add(x, 3), 0, 6), 1 / 6);
}

/**
 * 0 from −lambd to lambd, else x.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html
 */
export function hardshrink(x: tf.Tensor, options: { lambd?: number } = {}): tf.Tensor {
  expectOptionsObject('hardshrink', options);
  const { lambd = 0.5 } = options;
  const slope = (x: tf.Tensor) => outside(x, lambd);
  return elementwiseWithSlope('Hardshrink', x, (x) => tf.mul(x, slope(x)), slope);
}

/**
 * 0 from −lambd to lambd, else x moved towards 0 by lambd.
 * @throws ShapeError if lambd is negative
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html
 */
export function softshrink(x: tf.Tensor, options: { lambd?: number } = {}): tf.Tensor {
  expectOptionsObject('softshrink', options);
  const { lambd = 0.5 } = options;
  expectLambd(lambd);
  return elementwiseWithSlope(
    'Softshrink',
    x,
    (x) => tf.sub(x, tf.clipByValue(x, -lambd, lambd)),
    (x) => outside(x, lambd),
  );
}

export function expectLambd(lambd: number): void {
  if (lambd >= 0) return;
  throw new ShapeError(
    `Softshrink: expected lambd of at least 0, got ${lambd}. Give half the width of the flat piece.`,
  );
}

/**
 * x where it is larger than `threshold`, else `value`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html
 */
export function threshold(x: tf.Tensor, threshold: number, value: number, _options: InplaceOptions = {}): tf.Tensor {
  return elementwiseWithSlope(
    'Threshold',
    x,
    (x) => tf.where(tf.lessEqual(x, threshold), tf.fill(x.shape, value), x),
    (x) => tf.step(tf.sub(x, threshold)),
  );
}
