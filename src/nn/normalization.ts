import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectChannels, expectPositive, expectTensor, shapeText } from './functional/checks.js';
import { groupNorm, type LocalResponseNormOptions, layerNorm, localResponseNorm } from './functional/index.js';
import { filled } from './initializers.js';
import { Module } from './module.js';
import { affineOf } from './norm-base.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { pyFloat, pyText } from './repr.js';

export interface GroupNormOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Whether to scale and shift each channel by `weight` and `bias`. */
  readonly affine?: boolean;
  /** Whether an affine layer has a `bias`. */
  readonly bias?: boolean;
}

/**
 * Normalises groups of neighbouring channels together, for each sample by itself: Wu and He 2018.
 *
 * Shape: [N, C], [N, L, C] or [N, H, W, C]; the same comes out.
 *
 * State: `weight`, `bias` [numChannels].
 *
 * Differs from PyTorch: an input of other than `numChannels` channels is refused in a layer without weights too.
 * @throws ShapeError if the groups do not divide the channels, or an input does not fit or has one value a group
 * @example
 * ```ts
 * const norm = new nn.GroupNorm(32, 64);
 * const y = norm.forward(tf.zeros([1, 8, 8, 64])); // [1, 8, 8, 64]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    expectOptions('GroupNorm', options, ['eps', 'affine', 'bias']);
    expectPositive('GroupNorm', 'numGroups', numGroups);
    expectDivisible(numChannels, numGroups);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = options.eps ?? 1e-5;
    this.affine = options.affine ?? true;
    const shape = [numChannels];
    this.weight = this.affine ? new Parameter({ shape, init: filled(1) }) : null;
    this.bias = this.affine && (options.bias ?? true) ? new Parameter({ shape, init: filled(0) }) : null;
  }

  get typeName(): string {
    return 'GroupNorm';
  }

  forward(x: Tensor): Tensor {
    expectTensor('GroupNorm', x);
    expectChannels('GroupNorm', x, this.numChannels, ({ 2: 'NC', 3: 'NLC' } as const)[x.rank] ?? 'NHWC');
    return groupNorm(x, this.numGroups, affineOf(this));
  }

  override extraRepr(): string {
    const bias = pyText(this.bias !== null);
    return `${this.numGroups}, ${this.numChannels}, eps=${pyFloat(this.eps)}, affine=${pyText(this.affine)}, bias=${bias}`;
  }
}

function expectDivisible(numChannels: number, numGroups: number): void {
  if (Number.isInteger(numChannels) && numChannels >= 1 && numChannels % numGroups === 0) return;
  throw new ShapeError(
    `GroupNorm: expected numChannels to be a positive multiple of numGroups = ${numGroups}, got ${numChannels}. ` +
      'Change the channels or the groups.',
  );
}

export interface LayerNormOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Whether to scale and shift each normalised value by its own `weight` and `bias`. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a `bias` beside the `weight`. */
  readonly bias?: boolean;
}

/**
 * Normalises the last axes of each sample together: Ba et al. 2016.
 *
 * Shape: [..., normalizedShape]; the same comes out.
 *
 * State: `weight`, `bias` of shape normalizedShape.
 *
 * Differs from PyTorch: the axes are those that lie last here, so for an image `normalizedShape` is [H, W, C] where PyTorch's is
 * [C, H, W], and state is saved and loaded as it lies: transpose PyTorch's weights of that shape before loading them.
 * @throws ShapeError if a size is no integer of at least 0, or an input does not end in `normalizedShape`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    expectOptions('LayerNorm', options, ['eps', 'elementwiseAffine', 'bias']);
    this.normalizedShape = expectSizes(normalizedShape);
    this.eps = options.eps ?? 1e-5;
    this.elementwiseAffine = options.elementwiseAffine ?? true;
    const shape = this.normalizedShape;
    const hasBias = this.elementwiseAffine && (options.bias ?? true);
    this.weight = this.elementwiseAffine ? new Parameter({ shape, init: filled(1) }) : null;
    this.bias = hasBias ? new Parameter({ shape, init: filled(0) }) : null;
  }

  get typeName(): string {
    return 'LayerNorm';
  }

  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, affineOf(this));
  }

  override extraRepr(): string {
    return (
      `${pyText(this.normalizedShape)}, eps=${pyFloat(this.eps)}, ` +
      `elementwise_affine=${pyText(this.elementwiseAffine)}, bias=${pyText(this.bias !== null)}`
    );
  }
}

function expectSizes(normalizedShape: number | readonly number[]): readonly number[] {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
  if (shape.length > 0 && shape.every((size) => Number.isInteger(size) && size >= 0)) return shape;
  throw new ShapeError(
    `LayerNorm: expected normalizedShape to be one or more integers of at least 0, got ${shapeText(shape)}. ` +
      'Give the sizes of the axes that lie last.',
  );
}

/**
 * Divides each value by a measure of its neighbours in other channels: Krizhevsky et al. 2012, section 3.3.
 *
 * Shape: [N, H, W, C] or [N, L, C]; the same comes out.
 *
 * The paper's formula does not divide alpha by the size, and PyTorch's does: its alpha is the paper's times the size.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    expectOptions('LocalResponseNorm', options, ['alpha', 'beta', 'k']);
    expectPositive('LocalResponseNorm', 'size', size);
    this.size = size;
    this.alpha = options.alpha ?? 1e-4;
    this.beta = options.beta ?? 0.75;
    this.k = options.k ?? 1;
  }

  get typeName(): string {
    return 'LocalResponseNorm';
  }

  forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this);
  }

  override extraRepr(): string {
    return `${this.size}, alpha=${pyFloat(this.alpha)}, beta=${pyFloat(this.beta)}, k=${pyFloat(this.k)}`;
  }
}
