import type * as tf from '@tensorflow/tfjs-core';
import { nonNegative, onlyFalse } from './limits.js';
import { Optimizer } from './optimizer.js';
import type { Params } from './param-groups.js';
import { type RMSpropState, rmspropUpdate } from './rmsprop-update.js';
import type { CommonOptions, OptimizerSpec, Settings } from './settings.js';

export interface RMSpropOptions extends CommonOptions {
  /** The rate at which the averages forget. */
  readonly alpha?: number;
  /** Added to the root of the average square, to divide by. */
  readonly eps?: number;
  /** How much of the parameter is added to its gradient. */
  readonly weightDecay?: number;
  /** How much of the step before is in a step. */
  readonly momentum?: number;
  /** Whether to divide by the deviation of the gradient, and not by its root mean square. */
  readonly centered?: boolean;
  /** Can only be false: it is for CUDA graphs. */
  readonly capturable?: boolean;
}

const spec: OptimizerSpec<RMSpropOptions> = {
  name: 'RMSprop',
  defaults: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    capturable: false,
    foreach: null,
    maximize: false,
    differentiable: false,
  },
  limits: {
    lr: nonNegative,
    alpha: nonNegative,
    eps: nonNegative,
    weightDecay: nonNegative,
    momentum: nonNegative,
    capturable: onlyFalse,
    differentiable: onlyFalse,
  },
  state: { step: 'count', squareAvg: 'tensor', momentumBuffer: 'optional tensor', gradAvg: 'optional tensor' },
};

/**
 * RMSprop: steps along the gradient, divided by the root of the average of its squares.
 *
 * State: `step`, `square_avg`, with a momentum `momentum_buffer`, centered `grad_avg`, of the parameter's shape, from the first step on.
 * @throws ZooError naming every option that is unknown or out of range, and all that is no parameter
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  constructor(params: Params<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(spec, params, options);
  }

  protected update(value: tf.Tensor, grad: tf.Tensor, state: RMSpropState, settings: Settings<RMSpropOptions>) {
    return rmspropUpdate(value, grad, state, settings);
  }
}
