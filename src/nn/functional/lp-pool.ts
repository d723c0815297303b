import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { avgPool2d } from './avg-pool.js';
import { expectImage, expectOptionsObject, expectPair, type NumberOrPair } from './checks.js';
import { elementwiseWithSlope } from './elementwise.js';
import { windowsOf } from './windows.js';

export interface LPPoolOptions {
  /** Distance between windows; the kernel size if not given. */
  readonly stride?: NumberOrPair | null;
  /** Rounds the output size up: a last window may begin inside the image and end outside. */
  readonly ceilMode?: boolean;
}

/**
 * (sum of x^normType)^(1 / normType) of each window.
 *
 * Shape: as `avgPool2d` without padding. A window that ends outside the image counts as if its mean went on there, as in PyTorch.
 *
 * The gradient of a window whose sum is 0 is 0, as in PyTorch.
 * @throws ShapeError if normType is 0, or the image is smaller than a window
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html
 */
export function lpPool2d(
  x: tf.Tensor,
  normType: number,
  kernelSize: NumberOrPair,
  options: LPPoolOptions = {},
): tf.Tensor {
  expectOptionsObject('lpPool2d', options);
  expectNormType('LPPool2d', normType);
  expectImage('LPPool2d', x);
  windowsOf('LPPool2d', x, kernelSize, options); // refuses what does not fit, in this layer's name
  const [height, width] = expectPair('LPPool2d', 'kernelSize', kernelSize, 1);
  const { stride = null, ceilMode = false } = options;
  return tf.tidy(() => {
    const means = avgPool2d(tf.pow(x, normType), kernelSize, { stride, ceilMode });
    return root(tf.mul(means, height * width), normType);
  });
}

/** sums^(1 / degree), with a gradient of 0 where the slope is infinite, at 0. */
function root(sums: tf.Tensor, degree: number): tf.Tensor {
  const value = (x: tf.Tensor) => tf.pow(x, 1 / degree);
  const slope = (x: tf.Tensor) => {
    const divisor = tf.where(tf.equal(x, 0), tf.onesLike(x), x); // where x is 0, so is its root
    return tf.div(tf.div(value(x), divisor), degree);
  };
  return elementwiseWithSlope('LPPool2d', sums, value, slope);
}

export function expectNormType(who: string, normType: number): void {
  if (Number.isFinite(normType) && normType !== 0) return;
  throw new ShapeError(`${who}: expected normType to be a number other than 0, got ${normType}. Give one such as 2.`);
}
