import type { Tensor } from '@tensorflow/tfjs-core';
import { expectPositive } from './functional/checks.js';
import { logSoftmax, prelu, relu, softmax } from './functional/index.js';
import { filled } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { pyText } from './repr.js';

/**
 * max(0, x). `inplace` is printed and changes nothing: the input stays as it is.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 */
export class ReLU extends Module {
  readonly inplace: boolean;

  constructor(options: { inplace?: boolean } = {}) {
    super();
    expectOptions('ReLU', options, ['inplace']);
    this.inplace = options.inplace ?? false;
  }

  get typeName(): string {
    return 'ReLU';
  }

  forward(x: Tensor): Tensor {
    return relu(x);
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

/**
 * x where it is positive, else weight · x.
 *
 * Shape: any, channels last; the same comes out.
 *
 * State: `weight`, shape [numParameters]; one for all channels, or one each.
 * @throws ShapeError if there are several weights and not as many channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 */
export class PReLU extends Module {
  readonly numParameters: number;
  readonly weight: Parameter;

  constructor(options: { numParameters?: number; init?: number } = {}) {
    super();
    expectOptions('PReLU', options, ['numParameters', 'init']);
    this.numParameters = options.numParameters ?? 1;
    expectPositive('PReLU', 'numParameters', this.numParameters);
    this.weight = new Parameter({ shape: [this.numParameters], init: filled(options.init ?? 0.25) });
  }

  get typeName(): string {
    return 'PReLU';
  }

  forward(x: Tensor): Tensor {
    return prelu(x, this.weight.value);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

/** What Softmax and LogSoftmax share: the dimension they work along. */
abstract class AlongDim extends Module {
  readonly dim: number | null;

  constructor(options: { dim?: number | null } = {}) {
    super();
    this.dim = this.#dimOf(options);
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #dimOf(options: { dim?: number | null }): number | null {
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
    return softmax(x, this.dim);
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
    return logSoftmax(x, this.dim);
  }
}
