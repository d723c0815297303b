import type { Tensor } from '@tensorflow/tfjs-core';
import { type StateDict, ZooError } from '../core/index.js';
import { refuseHidden } from './hidden.js';
import { Buffer, Counter, Parameter } from './parameter.js';
import { eachOnce, join } from './paths.js';
import { reprModule } from './repr.js';
import { State } from './state.js';
import {
  expectFilled,
  expectStateDict,
  expectWhole,
  type LoadReport,
  matchStateDict,
  readStates,
} from './state-dict.js';
import { type WarmUpOptions, warmUp } from './warm-up.js';

// biome-ignore lint/suspicious/noExplicitAny: a module of any signature; nothing narrower accepts them all
export type AnyModule = Module<any[], any>;

/**
 * The base of every layer and model: `torch.nn.Module` on TensorFlow.js.
 *
 * A subclass keeps its parameters, buffers and child modules in properties of its own and says in `forward` what it computes.
 * Nothing is registered: children and state are found by looking at the properties when asked.
 *
 * Differs from PyTorch: activations are channels-last; `forward` is called by name; reading state back is asynchronous.
 *
 * @example
 * ```ts
 * class Net extends nn.Module {
 *   readonly typeName = 'Net';
 *   readonly fc = new nn.Linear(4, 2);
 *   forward(x: tf.Tensor): tf.Tensor { // [N, 4] → [N, 2]
 *     return this.fc.forward(x);
 *   }
 * }
 * console.log(String(new Net())); // Net(\n  (fc): Linear(in_features=4, out_features=2, bias=True)\n)
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
export abstract class Module<Args extends unknown[] = [Tensor], Out = Tensor> {
  /** The name that `String(module)` prints. Minifiers rename classes, so it is said and not derived. */
  abstract readonly typeName: string;

  /** True in training mode; see `train` and `eval`. */
  training = true;

  /** Computes the output. The input stays the caller's; the output is a new tensor that the caller owns. */
  abstract forward(...args: Args): Out;

  /** What `String(module)` prints between the parentheses. */
  extraRepr(): string {
    return '';
  }

  toString(): string {
    this.#expectTree();
    return reprModule(this.#name, this.extraRepr(), this.ownChildren());
  }

  /** Puts this module and all inside it into training mode. */
  train(mode = true): this {
    this.#expectTree();
    this.training = mode;
    // By the child's own method, which a subclass may override to keep a part of itself in evaluation mode.
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Puts this module and all inside it into evaluation mode: no dropout, running statistics in BatchNorm. */
  eval(): this {
    return this.train(false);
  }

  /** Calls `fn` on every module inside, children first, then on this one. */
  apply(fn: (module: AnyModule) => void): this {
    this.#expectTree();
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Freezes (`false`) or unfreezes every parameter. */
  requiresGrad(flag = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = flag;
    return this;
  }

  /** Direct child modules with their names, each module once. */
  *namedChildren(): Generator<[name: string, module: AnyModule]> {
    yield* eachOnce(this.ownChildren());
  }

  *children(): Generator<AnyModule> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module (named `prefix`) and every module inside, depth first, each once. */
  *namedModules(prefix = ''): Generator<[name: string, module: AnyModule]> {
    yield* eachOnce(this.#paths(prefix));
  }

  *modules(): Generator<AnyModule> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** Every parameter with its dotted name, each once, in PyTorch's order. */
  *namedParameters(): Generator<[name: string, parameter: Parameter]> {
    for (const [name, state] of eachOnce(this.#states(''))) if (state instanceof Parameter) yield [name, state];
  }

  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters()) yield parameter;
  }

  /** Every buffer with its dotted name, each once. */
  *namedBuffers(): Generator<[name: string, buffer: Buffer | Counter]> {
    for (const [name, state] of eachOnce(this.#states(''))) {
      if (state instanceof Buffer || state instanceof Counter) yield [name, state];
    }
  }

  *buffers(): Generator<Buffer | Counter> {
    for (const [, buffer] of this.namedBuffers()) yield buffer;
  }

  /** What the state dict holds, by name and in PyTorch's order; a shared tensor stands under each of its names. */
  namedStates(prefix = ''): Map<string, State> {
    return new Map([...this.#states(prefix)].filter(([, state]) => state.persistent));
  }

  /**
   * The state as PyTorch would save it: names, order, shapes and layout. A snapshot of the moment of the call; the values
   * arrive later, for a GPU is read asynchronously.
   *
   * @throws UninitializedError naming all that a lazy module has no shape for yet
   */
  async stateDict(): Promise<StateDict> {
    const states = this.namedStates();
    expectFilled(() => `${this.#name}.stateDict`, states); // before any snapshot is held
    return readStates(states);
  }

  /**
   * Sets the state from a PyTorch state dict. Nothing changes if it throws.
   *
   * @returns the names that were missing and unexpected (with `strict: false`; otherwise there are none)
   * @throws StateDictError listing at once every missing, unexpected and misshaped entry; the last kind even if not strict
   * @throws ShapeError if an entry holds more or fewer values than its shape says
   * @throws ZooError if it is no Map of tensors, such as a whole checkpoint
   */
  loadStateDict(stateDict: StateDict, options: { strict?: boolean } = {}): LoadReport {
    const who = `${this.#name}.loadStateDict`;
    expectStateDict(who, stateDict);
    const states = this.namedStates();
    const shapes = new Map([...stateDict].map(([name, tensor]) => [name, tensor.shape]));
    const report = matchStateDict(who, states, shapes, { strict: options.strict ?? true });
    expectWhole(who, stateDict);
    for (const [name, tensor] of stateDict) states.get(name)?.load(tensor);
    return report;
  }

  /** Makes the first forward on inputs of a shape as fast as the next: uploads weights and compiles shaders, many at a time. Compute nothing meanwhile. */
  warmup(inputShape: readonly number[], options: WarmUpOptions = {}): Promise<void> {
    return warmUp(this, inputShape, options);
  }

  /** Frees every parameter and buffer. Calling it again does nothing. */
  dispose(): void {
    for (const [, state] of eachOnce(this.#states(''))) state.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Child modules as they lie in the properties, shared ones repeated. Containers tell their entries here. */
  protected *ownChildren(): Generator<[name: string, module: AnyModule]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value];
      else refuseHidden(() => `${this.#name}.${name}`, value, nameOf);
    }
  }

  /** `typeName`, which a class in plain JavaScript may lack. */
  get #name(): string {
    if (this.typeName) return this.typeName;
    const { name } = this.constructor;
    throw new ZooError(
      `${name}: expected a typeName, got ${this.typeName}. Write typeName = '${name || 'Net'}' in the class.`,
    );
  }

  /** This module and those inside by every path that leads to them, depth first. */
  *#paths(prefix: string, above: readonly AnyModule[] = []): Generator<[name: string, module: AnyModule]> {
    if (above.includes(this)) {
      throw new ZooError(
        `${above[0]!.#name}: expected modules that do not hold the module around them, got ${this.#name} again ` +
          `at '${prefix}'. Keep such a reference in a #private field.`,
      );
    }
    yield [prefix, this];
    for (const [name, child] of this.ownChildren()) yield* child.#paths(join(prefix, name), [...above, this]);
  }

  /** What recurses by methods that a subclass may override cannot carry a path along, so it looks for a circle first. */
  #expectTree(): void {
    for (const _ of this.#paths(''));
  }

  /** The state of this module itself: parameters first, then buffers, as PyTorch lists them. */
  #ownStates(): [string, State][] {
    const states = Object.entries(this).filter((entry): entry is [string, State] => entry[1] instanceof State);
    return states.sort(([, a], [, b]) => Number(b instanceof Parameter) - Number(a instanceof Parameter));
  }

  /** Parameters and buffers of this module and those inside, by every path that leads to them. */
  *#states(prefix: string): Generator<[name: string, state: State]> {
    for (const [path, module] of this.#paths(prefix)) {
      for (const [name, state] of module.#ownStates()) yield [join(path, name), state];
    }
  }
}

/** What to call a value that stands in a module tree; nothing for any other. */
function nameOf(value: unknown): string | undefined {
  if (value instanceof Module) return value.typeName ?? 'a module';
  return value instanceof State ? 'a parameter' : undefined;
}
