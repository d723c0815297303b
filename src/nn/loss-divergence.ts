import type { Tensor } from '@tensorflow/tfjs-core';
import { type KLDivLossOptions, klDiv } from './functional/index.js';
import { KL_DIV_REDUCTIONS, type KLDivReduction, type Reduced } from './functional/loss-reduction.js';
import { Loss } from './loss.js';

/**
 * target · (log(target) − input), the input being of log-probabilities: Kullback and Leibler 1951.
 *
 * Shape: both any; [] comes out, or the input's shape if reduction is 'none'. Two shapes are broadcast, with a warning. 'mean'
 * divides by the number of elements, 'batchmean' by the first axis of the input: that is the divergence.
 * @throws ShapeError if the shapes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 */
export class KLDivLoss<R extends KLDivReduction = 'mean'> extends Loss<R> {
  readonly logTarget: boolean;

  constructor(options: KLDivLossOptions<R> = {}) {
    super(options, ['reduction', 'logTarget'], KL_DIV_REDUCTIONS);
    this.logTarget = options.logTarget ?? false;
  }

  get typeName(): string {
    return 'KLDivLoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    return klDiv(input, target, this);
  }
}
