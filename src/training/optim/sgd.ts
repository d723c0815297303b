import type * as tf from '@tensorflow/tfjs-core';
import { nonNegative, onlyFalse } from './limits.js';
import { Optimizer } from './optimizer.js';
import type { Params } from './param-groups.js';
import type { CommonOptions, OptimizerSpec, Settings } from './settings.js';
import { type SGDState, sgdUpdate } from './sgd-update.js';

export interface SGDOptions extends CommonOptions {
  /** How much of the step before is in a step. */
  readonly momentum?: number;
  /** How much of the gradient is kept out of the momentum. */
  readonly dampening?: number;
  /** How much of the parameter is added to its gradient. */
  readonly weightDecay?: number;
  /** Whether to step from where the momentum leads. */
  readonly nesterov?: boolean;
  /** As `foreach`. */
  readonly fused?: boolean | null;
}

const spec: OptimizerSpec<SGDOptions> = {
  name: 'SGD',
  defaults: {
    lr: 1e-3,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
    maximize: false,
    foreach: null,
    differentiable: false,
    fused: null,
  },
  limits: { lr: nonNegative, momentum: nonNegative, weightDecay: nonNegative, differentiable: onlyFalse },
  conflict({ momentum, dampening, nesterov }) {
    if (!nesterov || (momentum > 0 && dampening === 0)) return undefined;
    return `expected a momentum and no dampening with nesterov, got momentum ${momentum} and dampening ${dampening}. Give { momentum: 0.9 }.`;
  },
  state: { momentumBuffer: 'optional tensor' },
};

/**
 * Stochastic gradient descent, with momentum if asked for.
 *
 * State: `momentum_buffer`, of the parameter's shape, from the first step with a momentum on.
 *
 * Differs from PyTorch: the gradients are an argument of `step`; a parameter that is twice in a group is refused, where PyTorch warns.
 * @throws ZooError naming every option that is unknown or out of range, and all that is no parameter
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 * const { value, grads } = training.valueAndGrads(model, () => tf.mean(model.forward(tf.ones([8, 4]))));
 * optimizer.step(grads);
 * tf.dispose([value, ...grads.values()]);
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  constructor(params: Params<SGDOptions>, options: SGDOptions = {}) {
    super(spec, params, options);
  }

  protected update(value: tf.Tensor, grad: tf.Tensor, state: SGDState, settings: Settings<SGDOptions>) {
    return sgdUpdate(value, grad, state, settings);
  }
}
