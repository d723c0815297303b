import type { Tensor } from '@tensorflow/tfjs-core';
import { expectProbability } from './functional/dropout.js';
import { alphaDropout, dropout, dropout2d, featureAlphaDropout } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat, pyText } from './repr.js';

/** What the dropouts share: the probability they drop with. */
abstract class DropoutBase extends Module {
  readonly p: number;
  readonly inplace: boolean;

  constructor(options: { p?: number; inplace?: boolean } = {}) {
    super();
    this.p = this.#probabilityOf(options);
    this.inplace = options.inplace ?? false;
  }

  override extraRepr(): string {
    return `p=${pyFloat(this.p)}, inplace=${pyText(this.inplace)}`;
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #probabilityOf(options: { p?: number; inplace?: boolean }): number {
    expectOptions(this.typeName, options, ['p', 'inplace']);
    const { p = 0.5 } = options;
    expectProbability(this.typeName, p);
    return p;
  }
}

/**
 * In training, zeroes each element with probability p and scales the rest by 1 / (1 − p): Hinton et al. 2012.
 *
 * Shape: any; the same comes out. The masks follow `manualSeed`.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 */
export class Dropout extends DropoutBase {
  get typeName(): string {
    return 'Dropout';
  }

  forward(x: Tensor): Tensor {
    return dropout(x, this);
  }
}

/**
 * In training, zeroes whole channels of each image with probability p and scales the rest by 1 / (1 − p): Tompson et al. 2015.
 *
 * Shape: [N, H, W, C] or [H, W, C]; the same comes out. The masks follow `manualSeed`.
 *
 * Differs from PyTorch: a tensor of rank 3 is one image, which PyTorch announces; as yet it takes one for a batch of sequences.
 * @throws ShapeError if p is outside 0 … 1, or an input is not an image or a batch of images
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
 */
export class Dropout2d extends DropoutBase {
  get typeName(): string {
    return 'Dropout2d';
  }

  forward(x: Tensor): Tensor {
    return dropout2d(x, this);
  }
}

/**
 * In training, sets each element to SELU's negative saturation with probability p, and scales and shifts all so that mean 0 and
 * variance 1 stay: Klambauer et al. 2017.
 *
 * Shape: any; the same comes out. The masks follow `manualSeed`.
 * @throws ShapeError if p is outside 0 … 1
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html
 */
export class AlphaDropout extends DropoutBase {
  get typeName(): string {
    return 'AlphaDropout';
  }

  forward(x: Tensor): Tensor {
    return alphaDropout(x, this);
  }
}

/**
 * As AlphaDropout, of whole channels of each image.
 *
 * Shape: [N, H, W, C] or [H, W, C]; the same comes out.
 *
 * Differs from PyTorch: as Dropout2d.
 * @throws ShapeError if p is outside 0 … 1, or an input is not an image or a batch of images
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html
 */
export class FeatureAlphaDropout extends DropoutBase {
  get typeName(): string {
    return 'FeatureAlphaDropout';
  }

  forward(x: Tensor): Tensor {
    return featureAlphaDropout(x, this);
  }
}
