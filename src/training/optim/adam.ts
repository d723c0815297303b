import type * as tf from '@tensorflow/tfjs-core';
import { type AdamState, adamUpdate } from './adam-update.js';
import { betaPair, nonNegative, onlyFalse } from './limits.js';
import { Optimizer } from './optimizer.js';
import type { Params } from './param-groups.js';
import type { CommonOptions, Settings } from './settings.js';

export interface AdamWOptions extends CommonOptions {
  /** The rates at which the averages of the gradient and of its square forget. */
  readonly betas?: readonly [beta1: number, beta2: number];
  /** Added to the root of the average square, to divide by. */
  readonly eps?: number;
  /** How much of the parameter is taken away, by Adam through its gradient and by AdamW from itself. */
  readonly weightDecay?: number;
  /** Whether to divide by the largest average square so far. */
  readonly amsgrad?: boolean;
  /** Can only be false: it is for CUDA graphs. */
  readonly capturable?: boolean;
  /** As `foreach`. */
  readonly fused?: boolean | null;
}

export interface AdamOptions extends AdamWOptions {
  /** Whether to take the decay from the parameter itself, as AdamW does. */
  readonly decoupledWeightDecay?: boolean;
}

const common = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  foreach: null,
  capturable: false,
  differentiable: false,
  fused: null,
} as const satisfies Settings<AdamWOptions>;

const limits = {
  lr: nonNegative,
  betas: betaPair,
  eps: nonNegative,
  weightDecay: nonNegative,
  capturable: onlyFalse,
  differentiable: onlyFalse,
};

const state = { step: 'count', expAvg: 'tensor', expAvgSq: 'tensor', maxExpAvgSq: 'optional tensor' } as const;

/**
 * Adam: steps along the average of the gradients, divided by the root of the average of their squares.
 *
 * State: `step`, `exp_avg`, `exp_avg_sq`, with `amsgrad` `max_exp_avg_sq`, of the parameter's shape, from the first step on.
 * @throws ZooError naming every option that is unknown or out of range, and all that is no parameter
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super({ name: 'Adam', defaults: { ...common, decoupledWeightDecay: false }, limits, state }, params, options);
  }

  protected update(value: tf.Tensor, grad: tf.Tensor, kept: AdamState, settings: Settings<AdamOptions>) {
    return adamUpdate(value, grad, kept, settings);
  }
}

/**
 * Adam with a weight decay that is not part of the gradient, and so not divided.
 *
 * State: as Adam.
 * @throws ZooError naming every option that is unknown or out of range, and all that is no parameter
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
export class AdamW extends Optimizer<AdamWOptions, AdamState> {
  constructor(params: Params<AdamWOptions>, options: AdamWOptions = {}) {
    super({ name: 'AdamW', defaults: { ...common, weightDecay: 1e-2 }, limits, state }, params, options);
  }

  protected update(value: tf.Tensor, grad: tf.Tensor, kept: AdamState, settings: Settings<AdamWOptions>) {
    return adamUpdate(value, grad, kept, { ...settings, decoupledWeightDecay: true });
  }
}
