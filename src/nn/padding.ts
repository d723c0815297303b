import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import type { ImagePadding, PadOptions } from './functional/index.js';
import { expectImagePadding, padImage2d } from './functional/pad.js';
import { Module } from './module.js';
import { pyFloat, pyText } from './repr.js';

/** What the padding layers of images share; four numbers are printed, whatever was given. */
abstract class ImagePad extends Module {
  readonly padding: ImagePadding;
  protected abstract get options(): PadOptions;

  constructor(padding: number | ImagePadding) {
    super();
    this.padding = this.#check(padding);
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #check(padding: number | ImagePadding): ImagePadding {
    return expectImagePadding(this.typeName, padding);
  }

  forward(x: Tensor): Tensor {
    return padImage2d(this.typeName, x, this.padding, this.options);
  }

  override extraRepr(): string {
    return pyText(this.padding);
  }
}

/**
 * Puts a constant around images.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, top + H + bottom, left + W + right, C]; negative numbers crop.
 * @throws ShapeError unless the padding is one integer or four
 * @example
 * ```ts
 * const pad = new nn.ConstantPad2d([1, 2, 0, 0], 3.5); // left, right, top, bottom
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 */
export class ConstantPad2d extends ImagePad {
  readonly value: number;

  constructor(padding: number | ImagePadding, value: number) {
    super(padding);
    if (typeof value !== 'number') {
      throw new ShapeError(`ConstantPad2d: expected value to be a number, got ${value}. Give one, such as 0.`);
    }
    this.value = value;
  }

  get typeName(): string {
    return 'ConstantPad2d';
  }

  protected get options(): PadOptions {
    return { value: this.value };
  }

  override extraRepr(): string {
    return `padding=${pyText(this.padding)}, value=${pyFloat(this.value)}`;
  }
}

/**
 * Puts zeros around images.
 *
 * Shape: as `ConstantPad2d`.
 * @throws ShapeError unless the padding is one integer or four
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 */
export class ZeroPad2d extends ImagePad {
  get typeName(): string {
    return 'ZeroPad2d';
  }

  protected get options(): PadOptions {
    return { mode: 'constant' };
  }
}

/**
 * Puts an image's mirror around it, the edge itself not repeated.
 *
 * Shape: as `ConstantPad2d`.
 * @throws ShapeError unless the padding is one integer or four, and if an image is not larger than the padding
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
 */
export class ReflectionPad2d extends ImagePad {
  get typeName(): string {
    return 'ReflectionPad2d';
  }

  protected get options(): PadOptions {
    return { mode: 'reflect' };
  }
}

/**
 * Repeats an image's edge around it.
 *
 * Shape: as `ConstantPad2d`.
 * @throws ShapeError unless the padding is one integer or four
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
 */
export class ReplicationPad2d extends ImagePad {
  get typeName(): string {
    return 'ReplicationPad2d';
  }

  protected get options(): PadOptions {
    return { mode: 'replicate' };
  }
}

/**
 * Puts an image's other side around it, as on a torus.
 *
 * Shape: as `ConstantPad2d`.
 * @throws ShapeError unless the padding is one integer or four, and if an image is smaller than the padding
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html
 */
export class CircularPad2d extends ImagePad {
  get typeName(): string {
    return 'CircularPad2d';
  }

  protected get options(): PadOptions {
    return { mode: 'circular' };
  }
}
