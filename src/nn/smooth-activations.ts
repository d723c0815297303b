import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type GELUApproximation,
  gelu,
  logsigmoid,
  mish,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from './functional/index.js';
import { expectApproximation } from './functional/smooth-activations.js';
import { InplaceModule, type InplaceOptions } from './inplace.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat } from './repr.js';

/**
 * 1 / (1 + e^−x).
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 */
export class Sigmoid extends Module {
  get typeName(): string {
    return 'Sigmoid';
  }

  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/**
 * log(sigmoid(x)), computed without overflow.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 */
export class LogSigmoid extends Module {
  get typeName(): string {
    return 'LogSigmoid';
  }

  forward(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

export interface SoftplusOptions {
  /** How sharp the bend is. */
  readonly beta?: number;
  /** From beta · x = threshold on, x itself comes out. */
  readonly threshold?: number;
}

/**
 * log(1 + e^(beta · x)) / beta, a smooth max(0, x).
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(options: SoftplusOptions = {}) {
    super();
    expectOptions('Softplus', options, ['beta', 'threshold']);
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? 20;
  }

  get typeName(): string {
    return 'Softplus';
  }

  forward(x: Tensor): Tensor {
    return softplus(x, this);
  }

  override extraRepr(): string {
    return `beta=${pyFloat(this.beta)}, threshold=${pyFloat(this.threshold)}`;
  }
}

/**
 * The hyperbolic tangent.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 */
export class Tanh extends Module {
  get typeName(): string {
    return 'Tanh';
  }

  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * x − tanh(x).
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
 */
export class Tanhshrink extends Module {
  get typeName(): string {
    return 'Tanhshrink';
  }

  forward(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}

/**
 * x / (1 + |x|).
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html
 */
export class Softsign extends Module {
  get typeName(): string {
    return 'Softsign';
  }

  forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/**
 * x · sigmoid(x), also called swish: the activation of EfficientNet.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.SiLU.html
 */
export class SiLU extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('SiLU', options);
  }

  get typeName(): string {
    return 'SiLU';
  }

  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/**
 * x · tanh(softplus(x)): Misra 2019.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Mish.html
 */
export class Mish extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('Mish', options);
  }

  get typeName(): string {
    return 'Mish';
  }

  forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/**
 * x times the probability that a normal number is smaller than x: Hendrycks and Gimpel 2016.
 *
 * Shape: any; the same comes out.
 * @throws ShapeError if `approximate` is neither 'none' nor 'tanh'
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
 */
export class GELU extends Module {
  readonly approximate: GELUApproximation;

  constructor(options: { approximate?: GELUApproximation } = {}) {
    super();
    expectOptions('GELU', options, ['approximate']);
    this.approximate = options.approximate ?? 'none';
    expectApproximation(this.approximate);
  }

  get typeName(): string {
    return 'GELU';
  }

  forward(x: Tensor): Tensor {
    return gelu(x, this);
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}
