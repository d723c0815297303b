import * as tf from '@tensorflow/tfjs-core';
import { forkRandom, ShapeError } from '../../core/index.js';
import { expectFloat, expectImage, expectOptionsObject } from './checks.js';
import type { InplaceOptions } from './elementwise.js';

export interface DropoutOptions extends InplaceOptions {
  /** Probability to drop, 0 to 1. */
  readonly p?: number;
  /** Whether to drop at all. */
  readonly training?: boolean;
}

/**
 * Sets each element to zero with probability `p` and scales the others by 1 / (1 − p); does nothing when not training.
 *
 * Units: p is a probability, 0 to 1. The mask follows `manualSeed`.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 */
export function dropout(x: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  expectOptionsObject('dropout', options);
  const { p = 0.5, training = true } = options;
  expectProbability('dropout', p);
  expectFloat('Dropout', x);
  return training ? dropZeros(x, p, x.shape) : tf.clone(x);
}

/**
 * Sets whole channels of each image to zero with probability `p` and scales the others by 1 / (1 − p); does nothing when not
 * training.
 *
 * Shape: x [N, H, W, C] or [H, W, C]; the same comes out.
 *
 * Differs from PyTorch: a tensor of rank 3 is one image, which PyTorch announces; as yet it takes one for a batch of sequences.
 * @throws ShapeError if p is outside 0 … 1, or x is not an image or a batch of images
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html
 */
export function dropout2d(x: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  expectOptionsObject('dropout2d', options);
  const { p = 0.5, training = true } = options;
  expectProbability('dropout2d', p);
  expectImage('Dropout2d', x);
  return training ? dropZeros(x, p, channelShape(x)) : tf.clone(x);
}

/**
 * Sets each element to SELU's negative saturation with probability `p`, and scales and shifts all so that mean 0 and variance 1
 * stay; does nothing unless training.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html
 */
export function alphaDropout(x: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  expectOptionsObject('alphaDropout', options);
  const { p = 0.5, training = false } = options;
  expectProbability('alphaDropout', p);
  expectFloat('AlphaDropout', x);
  return training ? dropToSaturation(x, p, x.shape) : tf.clone(x);
}

/**
 * As `alphaDropout`, of whole channels of each image.
 *
 * Shape: x [N, H, W, C] or [H, W, C]; the same comes out.
 *
 * Differs from PyTorch: as `dropout2d`.
 * @throws ShapeError if p is outside 0 … 1, or x is not an image or a batch of images
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.feature_alpha_dropout.html
 */
export function featureAlphaDropout(x: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  expectOptionsObject('featureAlphaDropout', options);
  const { p = 0.5, training = false } = options;
  expectProbability('featureAlphaDropout', p);
  expectImage('FeatureAlphaDropout', x);
  return training ? dropToSaturation(x, p, channelShape(x)) : tf.clone(x);
}

export function expectProbability(who: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ShapeError(`${who}: expected a probability p from 0 to 1, got ${p}. Give the share to drop, such as 0.5.`);
}

/** One value a channel of an image: [N, 1, 1, C] or [1, 1, C] */
function channelShape(x: tf.Tensor): number[] {
  return [...x.shape.slice(0, -3), 1, 1, x.shape[x.rank - 1]!];
}

function dropZeros(x: tf.Tensor, p: number, maskShape: number[]): tf.Tensor {
  if (p === 0) return tf.clone(x);
  return tf.tidy(() => tf.mul(x, maskOf(maskShape, p, { kept: 1 / (1 - p), dropped: 0 })));
}

/** What SELU gives for −∞: −scale · alpha. */
const SATURATION = -1.7580993408473766;

function dropToSaturation(x: tf.Tensor, p: number, maskShape: number[]): tf.Tensor {
  if (p === 0) return tf.clone(x);
  if (p === 1) return tf.zerosLike(x); // as in PyTorch, for no scale keeps a variance where nothing is kept
  const scale = 1 / Math.sqrt((SATURATION ** 2 * p + 1) * (1 - p));
  const shift = -SATURATION * scale * p;
  return tf.tidy(() => {
    const kept = maskOf(maskShape, p, { kept: 1, dropped: 0 });
    // Where an element is dropped, the saturation stands in its place: x · kept + saturation · (1 − kept)
    const saturated = tf.mul(tf.sub(1, kept), SATURATION);
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), saturated), scale), shift);
  });
}

function maskOf(shape: number[], p: number, { kept, dropped }: { kept: number; dropped: number }): tf.Tensor {
  const random = forkRandom();
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () =>
    random.uniform() < p ? dropped : kept,
  );
  return tf.tensor(values, shape);
}
