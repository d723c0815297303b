import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { type Parameter, shapeText } from '../../nn/index.js';
import { expectGradientMap, type Gradients } from './gradients.js';
import { matchSaved } from './match-saved.js';
import { groupsOf, type ParamGroup, type ParamGroupOptions, type Params, parametersOf } from './param-groups.js';
import { reprGroups } from './repr.js';
import {
  type CommonOptions,
  definedOf,
  expectWithin,
  type OptimizerSpec,
  type Settings,
  settingsOf,
} from './settings.js';
import { type OptimizerStateDict, type ParameterState, packGroups, snapshotState } from './state-dict.js';

/**
 * What changes parameters by their gradients: the base of `torch.optim`.
 *
 * An optimizer owns what it keeps of each parameter, such as a momentum, and frees it with `dispose`; parameters and gradients are the
 * caller's.
 *
 * Differs from PyTorch: the gradients are an argument of `step`, for parameters have no `grad`; so there is no `zero_grad`, and no
 * closure.
 * @see https://docs.pytorch.org/docs/stable/optim.html#torch.optim.Optimizer
 */
export abstract class Optimizer<
  Options extends CommonOptions = CommonOptions,
  State extends ParameterState = ParameterState,
> {
  /** The groups, whose options may be changed at any time, as schedulers do with `lr`. */
  readonly paramGroups: ParamGroup<Options>[] = [];
  readonly #spec: OptimizerSpec<Options>;
  readonly #defaults: Settings<Options>;
  #state = new Map<Parameter, State>();

  constructor(spec: OptimizerSpec<Options>, params: Params<Options>, options: Options) {
    this.#spec = spec;
    this.#defaults = settingsOf(spec, options);
    for (const group of groupsOf(spec.name, params)) this.addParamGroup(group);
  }

  /** The new value and state of a parameter, made by ops that run in a tidy. What is kept of the state may be in it as it is. */
  protected abstract update(
    value: tf.Tensor,
    grad: tf.Tensor,
    state: State,
    settings: Settings<Options>,
  ): { value: tf.Tensor; state: State };

  /**
   * Adds a group, such as that of layers that were frozen at first. Options that it leaves out are those of the constructor.
   * @throws ZooError naming every option that is out of range, and all that is no parameter, or in a group already
   */
  addParamGroup(group: ParamGroupOptions<Options>): void {
    const who = `${this.#spec.name}: group ${this.paramGroups.length}`;
    const params = parametersOf(who, group, new Set(this.paramGroups.flatMap((other) => other.params)));
    const given = definedOf(group);
    expectWithin(who, this.#spec, given);
    this.paramGroups.push({ ...this.#defaults, ...given, params } as ParamGroup<Options>);
  }

  /**
   * Takes one step. A parameter without a gradient stays as it is, and so does its state; a gradient of a parameter that is in no group
   * is passed over.
   * @param grads of `valueAndGrads`; they stay the caller's
   * @throws ShapeError if a gradient does not lie as its parameter, before anything is changed
   */
  step(grads: Gradients): void {
    this.#expectGradients(grads);
    for (const group of this.paramGroups) {
      for (const parameter of group.params) {
        const grad = grads.get(parameter);
        if (grad) this.#stepOne(parameter, grad, group);
      }
    }
  }

  /**
   * What the optimizer knows, in the form that PyTorch's `load_state_dict` takes: a snapshot of the moment of the call. To be written
   * with `writeTorchCheckpoint`.
   */
  async stateDict(): Promise<OptimizerStateDict> {
    const { ids, param_groups } = packGroups(this.paramGroups);
    return { state: await snapshotState(this.#state, ids), param_groups };
  }

  /**
   * Goes on from a state dict of this or of PyTorch's optimizer of the same name: its state and the options of its groups. Nothing
   * changes if it throws.
   * @param stateDict as `stateDict` gives it, or `readCheckpoint` with `readExtra`
   * @throws StateDictError listing at once all that is missing, unexpected or of another shape
   * @throws ZooError if it is no state dict, or its groups are not of the same number and sizes
   */
  loadStateDict(stateDict: object): void {
    const who = `${this.#spec.name}.loadStateDict`;
    const saved = matchSaved(who, stateDict, this.paramGroups, this.#spec);
    this.dispose();
    for (const [i, options] of saved.groups.entries()) {
      this.paramGroups[i] = { ...options, params: this.paramGroups[i]!.params } as ParamGroup<Options>;
    }
    this.#state = saved.load() as Map<Parameter, State>;
  }

  /** Frees what is kept of the parameters; the next step begins anew. */
  dispose(): void {
    for (const state of this.#state.values()) tf.dispose(state);
    this.#state.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return reprGroups(this.#spec.name, this.paramGroups);
  }

  #stepOne(parameter: Parameter, grad: tf.Tensor, settings: Settings<Options>): void {
    const before = this.#state.get(parameter) ?? ({} as State);
    const { value, state } = tf.tidy(() => this.update(parameter.value, grad, before, settings));
    parameter.value.assign(value);
    value.dispose();
    for (const [name, kept] of Object.entries(before)) if (kept !== state[name]) tf.dispose(kept);
    for (const kept of Object.values(state)) if (kept instanceof tf.Tensor) tf.keep(kept);
    this.#state.set(parameter, state);
  }

  #expectGradients(grads: Gradients): void {
    const who = `${this.#spec.name}.step`;
    expectGradientMap(who, grads);
    const broken = this.paramGroups.flatMap(({ params }, group) =>
      params.flatMap((parameter, i) => {
        const grad = grads.get(parameter);
        const wanted = grad && shapeText(parameter.value.shape);
        if (!grad || shapeText(grad.shape) === wanted) return [];
        return [`${shapeText(grad.shape)} for ${wanted} (parameter ${i} of group ${group})`];
      }),
    );
    if (broken.length === 0) return;
    throw new ShapeError(
      `${who}: expected gradients that lie as their parameters in memory, got ${broken.join(', ')}. Pass them as valueAndGrads gives them.`,
    );
  }
}
