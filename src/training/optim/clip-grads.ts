import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { expectOptions } from '../../nn/index.js';
import { expectGradientMap, type Gradients } from './gradients.js';
import { aNumber, nonNegative } from './limits.js';
import { expectWithin } from './settings.js';

export interface ClipGradNormOptions {
  /** Which norm: 2 is the Euclidean, Infinity the largest absolute value. */
  readonly normType?: number;
  /** Whether to throw where the norm is NaN or infinite, which needs the norm to be read: the result is then a promise. */
  readonly errorIfNonfinite?: boolean;
  /** Of no effect: in PyTorch it says how the norm is computed, and changes no number. */
  readonly foreach?: boolean | null;
}

/** Gradients that were scaled down, and the norm that they had before. All are new, and the caller's to free. */
export interface ClippedGradients {
  readonly grads: Gradients;
  readonly totalNorm: tf.Scalar;
}

/**
 * Scales gradients down so that their norm, as that of one vector, is at most `maxNorm`.
 *
 * Differs from PyTorch: `clip_grad_norm_` changes the gradients of parameters; this one leaves those that it is given, and gives new
 * ones. Nothing is read back, so that a GPU does not wait, but for `errorIfNonfinite`.
 * @throws ZooError if maxNorm or normType is no number; and, if asked for, where the norm is not finite
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1 });
 * const { value, grads } = training.valueAndGrads(model, () => tf.mean(model.forward(tf.ones([8, 4]))));
 * const clipped = training.clipGradNorm(grads, 1);
 * optimizer.step(clipped.grads);
 * tf.dispose([value, clipped.totalNorm, ...grads.values(), ...clipped.grads.values()]);
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm(
  grads: Gradients,
  maxNorm: number,
  options: ClipGradNormOptions & { readonly errorIfNonfinite: true },
): Promise<ClippedGradients>;
export function clipGradNorm(
  grads: Gradients,
  maxNorm: number,
  options?: ClipGradNormOptions & { readonly errorIfNonfinite?: false },
): ClippedGradients;
export function clipGradNorm(
  grads: Gradients,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): ClippedGradients | Promise<ClippedGradients> {
  const who = 'clipGradNorm';
  expectOptions(who, options, ['normType', 'errorIfNonfinite', 'foreach']);
  const { normType = 2, errorIfNonfinite = false } = options;
  expectGradientMap(who, grads);
  expectWithin(who, { limits: { maxNorm: nonNegative, normType: aNumber } }, { maxNorm, normType });
  const [totalNorm, scaled] = tf.tidy(() => {
    const norms = [...grads.values()].map((grad) => vectorNorm(grad, normType));
    const norm = norms.length > 0 ? vectorNorm(tf.stack(norms), normType) : tf.scalar(0);
    const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
    return [norm as tf.Scalar, [...grads.values()].map((grad) => tf.mul(grad, factor))] as const;
  });
  const clipped = { grads: withValues(grads, scaled), totalNorm };
  return errorIfNonfinite ? expectFinite(who, clipped, normType) : clipped;
}

/**
 * Limits each number of gradients to −clipValue … clipValue. The new gradients are the caller's to free.
 *
 * Differs from PyTorch: as `clipGradNorm`.
 * @throws ZooError if clipValue is no number of at least 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue(
  grads: Gradients,
  clipValue: number,
  options: Pick<ClipGradNormOptions, 'foreach'> = {},
): Gradients {
  const who = 'clipGradValue';
  expectOptions(who, options, ['foreach']);
  expectGradientMap(who, grads);
  expectWithin(who, { limits: { clipValue: nonNegative } }, { clipValue });
  const clipped = [...grads.values()].map((grad) => tf.tidy(() => clip(grad, clipValue)));
  return withValues(grads, clipped);
}

/** On wasm alone tf.clipByValue makes a number of NaN, which would hide that a training has failed. */
function clip(grad: tf.Tensor, limit: number): tf.Tensor {
  return tf.where(tf.isNaN(grad), grad, tf.clipByValue(grad, -limit, limit));
}

/** (Σ |x|ᵖ)^(1/p) of all elements, with its limits for 0 and ±∞. */
function vectorNorm(x: tf.Tensor, p: number): tf.Tensor {
  const absolute = tf.abs(x);
  if (p === Number.POSITIVE_INFINITY) return tf.max(absolute);
  if (p === Number.NEGATIVE_INFINITY) return tf.min(absolute);
  if (p === 0) return tf.sum(tf.cast(tf.notEqual(x, 0), 'float32'));
  if (p === 1) return tf.sum(absolute);
  if (p === 2) return tf.sqrt(tf.sum(tf.square(x)));
  return tf.pow(tf.sum(tf.pow(absolute, p)), 1 / p);
}

function withValues(grads: Gradients, values: readonly tf.Tensor[]): Gradients {
  return new Map([...grads.keys()].map((parameter, i) => [parameter, values[i]!]));
}

async function expectFinite(who: string, clipped: ClippedGradients, normType: number): Promise<ClippedGradients> {
  const norm = (await clipped.totalNorm.data())[0]!;
  if (Number.isFinite(norm)) return clipped;
  tf.dispose([clipped.totalNorm, ...clipped.grads.values()]);
  throw new ZooError(
    `${who}: expected gradients with a finite norm of order ${normType}, got ${norm}. ` +
      'Lower the learning rate, or leave errorIfNonfinite out to scale them all the same.',
  );
}
