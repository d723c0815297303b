import type { Tensor } from '@tensorflow/tfjs-core';
import { expectPositive } from './functional/checks.js';
import { leakyRelu, prelu, relu, rrelu } from './functional/index.js';
import { expectSlopes } from './functional/rectifiers.js';
import { filled } from './initializers.js';
import { InplaceModule, type InplaceOptions } from './inplace.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { pyFloat } from './repr.js';

/**
 * max(0, x).
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 */
export class ReLU extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('ReLU', options);
  }

  get typeName(): string {
    return 'ReLU';
  }

  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

export interface LeakyReLUOptions extends InplaceOptions {
  readonly negativeSlope?: number;
}

/**
 * x where it is positive, else negativeSlope · x.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 */
export class LeakyReLU extends InplaceModule {
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super('LeakyReLU', options, ['negativeSlope']);
    this.negativeSlope = options.negativeSlope ?? 0.01;
  }

  get typeName(): string {
    return 'LeakyReLU';
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, this);
  }

  override extraRepr(): string {
    return this.withInplace(`negative_slope=${pyFloat(this.negativeSlope)}`);
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

export interface RReLUOptions extends InplaceOptions {
  /** The least slope. */
  readonly lower?: number;
  /** The largest slope. */
  readonly upper?: number;
}

/**
 * x where it is positive, else x times a slope: in training of its own for each element, drawn uniformly from `lower` to
 * `upper`, else their mean. Xu et al. 2015.
 *
 * Shape: any; the same comes out. The slopes follow `manualSeed`.
 * @throws ShapeError if lower is larger than upper
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.RReLU.html
 */
export class RReLU extends InplaceModule {
  readonly lower: number;
  readonly upper: number;

  constructor(options: RReLUOptions = {}) {
    super('RReLU', options, ['lower', 'upper']);
    this.lower = options.lower ?? 1 / 8;
    this.upper = options.upper ?? 1 / 3;
    expectSlopes(this.lower, this.upper);
  }

  get typeName(): string {
    return 'RReLU';
  }

  forward(x: Tensor): Tensor {
    return rrelu(x, this);
  }

  override extraRepr(): string {
    return this.withInplace(`lower=${pyFloat(this.lower)}`, `upper=${pyFloat(this.upper)}`);
  }
}
