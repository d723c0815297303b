import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './functional/index.js';
import type { LossOptions, Reduced, Reduction } from './functional/loss-reduction.js';
import { expectBeta, expectDelta } from './functional/loss-regression.js';
import { Loss } from './loss.js';

/**
 * (input − target)².
 *
 * Shape: both any; [] comes out, or the input's shape if reduction is 'none'. Two shapes are broadcast, with a warning.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
 */
export class MSELoss<R extends Reduction = 'mean'> extends Loss<R> {
  constructor(options: LossOptions<R> = {}) {
    super(options, ['reduction']);
  }

  get typeName(): string {
    return 'MSELoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return mseLoss(input, target, this);
  }
}

/**
 * |input − target|.
 *
 * Shape: as MSELoss.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
 */
export class L1Loss<R extends Reduction = 'mean'> extends Loss<R> {
  constructor(options: LossOptions<R> = {}) {
    super(options, ['reduction']);
  }

  get typeName(): string {
    return 'L1Loss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return l1Loss(input, target, this);
  }
}

/**
 * (input − target)² / (2 · beta) for differences below beta, |input − target| − beta / 2 for others: Girshick 2015.
 *
 * Shape: as MSELoss.
 * @throws ShapeError if beta is negative, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
 */
export class SmoothL1Loss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly beta: number;

  constructor(options: SmoothL1LossOptions<R> = {}) {
    super(options, ['reduction', 'beta']);
    this.beta = options.beta ?? 1;
    expectBeta('SmoothL1Loss', this.beta);
  }

  get typeName(): string {
    return 'SmoothL1Loss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return smoothL1Loss(input, target, this);
  }
}

/**
 * (input − target)² / 2 for differences below delta, delta · (|input − target| − delta / 2) for others: Huber 1964.
 *
 * Shape: as MSELoss.
 * @throws ShapeError if delta is not positive, or the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
 */
export class HuberLoss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly delta: number;

  constructor(options: HuberLossOptions<R> = {}) {
    super(options, ['reduction', 'delta']);
    this.delta = options.delta ?? 1;
    expectDelta('HuberLoss', this.delta);
  }

  get typeName(): string {
    return 'HuberLoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return huberLoss(input, target, this);
  }
}
