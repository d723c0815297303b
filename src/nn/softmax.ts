import type { Tensor } from '@tensorflow/tfjs-core';
import { expectImage } from './functional/checks.js';
import { logSoftmax, type SoftmaxOptions, softmax, softmin } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyText } from './repr.js';

/** What Softmax, Softmin and LogSoftmax share: the dimension they work along. */
abstract class AlongDim extends Module {
  readonly dim: number | null;

  constructor(options: SoftmaxOptions = {}) {
    super();
    this.dim = this.#dimOf(options);
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #dimOf(options: SoftmaxOptions): number | null {
    expectOptions(this.typeName, options, ['dim']);
    return options.dim ?? null;
  }

  override extraRepr(): string {
    return `dim=${pyText(this.dim)}`;
  }
}

/**
 * Probabilities along a dimension.
 *
 * Shape: any; the same comes out. `dim` is PyTorch's N, C, H, W for rank 4; without it, 0 for ranks 0, 1 and 3, else 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 */
export class Softmax extends AlongDim {
  get typeName(): string {
    return 'Softmax';
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this);
  }
}

/**
 * Probabilities along a dimension, the smallest value having the largest.
 *
 * Shape: as Softmax.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html
 */
export class Softmin extends AlongDim {
  get typeName(): string {
    return 'Softmin';
  }

  forward(x: Tensor): Tensor {
    return softmin(x, this);
  }
}

/**
 * Logarithms of the probabilities along a dimension.
 *
 * Shape: as Softmax.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 */
export class LogSoftmax extends AlongDim {
  get typeName(): string {
    return 'LogSoftmax';
  }

  forward(x: Tensor): Tensor {
    return logSoftmax(x, this);
  }
}

/**
 * Probabilities over the channels, at each place of an image.
 *
 * Shape: [N, H, W, C] or [H, W, C]; the same comes out.
 * @throws ShapeError if x is no image
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
 */
export class Softmax2d extends Module {
  get typeName(): string {
    return 'Softmax2d';
  }

  forward(x: Tensor): Tensor {
    expectImage('Softmax2d', x);
    return softmax(x, { dim: x.rank === 4 ? 1 : 2 });
  }
}
