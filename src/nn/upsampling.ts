import type { Tensor } from '@tensorflow/tfjs-core';
import type { NumberOrPair } from './functional/checks.js';
import { type InterpolateMode, type InterpolateOptions, interpolate } from './functional/index.js';
import { expectResize } from './functional/interpolate.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat, pyText } from './repr.js';

export type UpsampleOptions = Omit<InterpolateOptions, 'antialias'>;

/** What to resize to: one of the two. */
export type UpsamplingOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/**
 * Resizes images by a factor or to a size, up or down.
 *
 * Shape: [N, H, W, C] → [N, H', W', C], H' and W' = `size`, or floor(H · scaleFactor) and floor(W · scaleFactor).
 *
 * Differs from PyTorch: as `functional.interpolate`; options that contradict each other throw here and not in `forward`.
 * @throws ShapeError if not one of size and scaleFactor is given, or alignCorners with a mode that has no corners to align
 * @example
 * ```ts
 * const up = new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' });
 * const y = up.forward(tf.zeros([1, 28, 28, 64])); // [1, 56, 56, 64]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 */
export class Upsample extends Module {
  readonly size: NumberOrPair | null;
  readonly scaleFactor: NumberOrPair | null;
  readonly mode: InterpolateMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  constructor(options: UpsampleOptions = {}) {
    super();
    expectOptions('Upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor']);
    expectResize(this.typeName, options);
    this.size = options.size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  get typeName(): string {
    return 'Upsample';
  }

  forward(x: Tensor): Tensor {
    return interpolate(x, this);
  }

  override extraRepr(): string {
    const target =
      this.scaleFactor === null ? `size=${pyText(this.size)}` : `scale_factor=${floatsText(this.scaleFactor)}`;
    return `${target}, mode='${this.mode}'`;
  }
}

function floatsText(value: NumberOrPair): string {
  return Array.isArray(value) ? `(${value.map(pyFloat).join(', ')})` : pyFloat(value as number);
}

/**
 * Repeats the nearest pixel: `Upsample` with mode 'nearest', which PyTorch prefers.
 *
 * Shape: as `Upsample`.
 * @throws ShapeError if not one of size and scaleFactor is given
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html
 */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: UpsamplingOptions = {}) {
    expectOptions('UpsamplingNearest2d', options, ['size', 'scaleFactor']);
    super({ ...options, mode: 'nearest' });
  }

  override get typeName(): string {
    return 'UpsamplingNearest2d';
  }
}

/**
 * Interpolates between pixels with the corners aligned: `Upsample` with mode 'bilinear' and alignCorners, which PyTorch prefers.
 *
 * Shape: as `Upsample`.
 * @throws ShapeError if not one of size and scaleFactor is given
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html
 */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: UpsamplingOptions = {}) {
    expectOptions('UpsamplingBilinear2d', options, ['size', 'scaleFactor']);
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }

  override get typeName(): string {
    return 'UpsamplingBilinear2d';
  }
}
