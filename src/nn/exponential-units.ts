import type { Tensor } from '@tensorflow/tfjs-core';
import { expectDivisor } from './functional/exponential-units.js';
import { celu, elu, selu } from './functional/index.js';
import { InplaceModule, type InplaceOptions } from './inplace.js';
import { pyFloat } from './repr.js';

export interface ELUOptions extends InplaceOptions {
  readonly alpha?: number;
}

/**
 * x where it is positive, else alpha · (e^x − 1): Clevert et al. 2015.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
 */
export class ELU extends InplaceModule {
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super('ELU', options, ['alpha']);
    this.alpha = options.alpha ?? 1;
  }

  get typeName(): string {
    return 'ELU';
  }

  forward(x: Tensor): Tensor {
    return elu(x, this);
  }

  override extraRepr(): string {
    return this.withInplace(`alpha=${pyFloat(this.alpha)}`);
  }
}

/**
 * ELU with two constants that keep the mean of activations at 0 and their variance at 1: Klambauer et al. 2017.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.SELU.html
 */
export class SELU extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('SELU', options);
  }

  get typeName(): string {
    return 'SELU';
  }

  forward(x: Tensor): Tensor {
    return selu(x);
  }
}

export interface CELUOptions extends InplaceOptions {
  readonly alpha?: number;
}

/**
 * x where it is positive, else alpha · (e^(x / alpha) − 1), whose derivative has no jump: Barron 2017.
 *
 * Shape: any; the same comes out.
 * @throws ShapeError if alpha is 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.CELU.html
 */
export class CELU extends InplaceModule {
  readonly alpha: number;

  constructor(options: CELUOptions = {}) {
    super('CELU', options, ['alpha']);
    this.alpha = options.alpha ?? 1;
    expectDivisor(this.alpha);
  }

  get typeName(): string {
    return 'CELU';
  }

  forward(x: Tensor): Tensor {
    return celu(x, this);
  }

  override extraRepr(): string {
    return this.withInplace(`alpha=${pyFloat(this.alpha)}`);
  }
}
