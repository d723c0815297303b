import type { Tensor } from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './functional/index.js';
import type { LossOptions, Reduced, Reduction } from './functional/loss-reduction.js';
import { Loss, weightBuffer } from './loss.js';
import type { Buffer } from './parameter.js';

export interface BCELossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How much each element counts: an array counts channels, a tensor broadcasts to the input. */
  readonly weight?: Tensor | readonly number[] | null;
}

export interface BCEWithLogitsLossOptions<R extends Reduction = Reduction> extends BCELossOptions<R> {
  /** How much the positive answer counts: an array counts channels, a tensor broadcasts to the input. */
  readonly posWeight?: Tensor | readonly number[] | null;
}

/**
 * The binary cross entropy of probabilities: −target · log(input) − (1 − target) · log(1 − input), the logarithms being at
 * least −100.
 *
 * Shape: input and target any, but alike; [] comes out, or the same shape if reduction is 'none'.
 *
 * State: `weight`, if given, as it lies (channels last).
 *
 * Differs from PyTorch: an input outside 0 … 1 gives NaN and no error, for a tensor on a GPU cannot be read in time.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
export class BCELoss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly weight: Buffer | null;

  constructor(options: BCELossOptions<R> = {}) {
    super(options, ['weight', 'reduction']);
    this.weight = weightBuffer('BCELoss', 'weight', options.weight);
  }

  get typeName(): string {
    return 'BCELoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return binaryCrossEntropy(input, target, { weight: this.weight?.value ?? null, reduction: this.reduction });
  }
}

/**
 * The binary cross entropy of sigmoid(input), computed without overflow.
 *
 * Shape: input and target any, but alike; [] comes out, or the same shape if reduction is 'none'.
 *
 * State: `weight` and `pos_weight`, if given, as they lie (channels last).
 *
 * Differs from PyTorch: for images posWeight is [C], not [C, 1, 1].
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
export class BCEWithLogitsLoss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly weight: Buffer | null;
  readonly pos_weight: Buffer | null;

  constructor(options: BCEWithLogitsLossOptions<R> = {}) {
    super(options, ['weight', 'reduction', 'posWeight']);
    this.weight = weightBuffer('BCEWithLogitsLoss', 'weight', options.weight);
    this.pos_weight = weightBuffer('BCEWithLogitsLoss', 'posWeight', options.posWeight);
  }

  get typeName(): string {
    return 'BCEWithLogitsLoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    const [weight, posWeight] = [this.weight?.value ?? null, this.pos_weight?.value ?? null];
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction: this.reduction });
  }
}
