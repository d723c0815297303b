import * as tf from '@tensorflow/tfjs-core';
import { listed, ZooError } from '../core/index.js';
import {
  type AnyModule,
  expectModel,
  kindOf,
  type Listener,
  Module,
  moduleNamed,
  overhear,
  shapeText,
} from '../nn/index.js';

const who = 'createFeatureExtractor';

/** A call of a module: the first is number 0. */
interface Wanted {
  /** As it was asked for. */
  readonly layer: string;
  /** What it is called in the result. */
  readonly key: string;
  readonly module: AnyModule;
  readonly call: number;
}

/**
 * A model of which some activations are wanted: its `forward` gives them by name. Build it with `createFeatureExtractor`.
 *
 * Its mode is the model's: `eval()` and `train()` put both into it. `dispose()` frees the model.
 */
export class FeatureExtractor<Key extends string = string> extends Module<[tf.Tensor], Record<Key, tf.Tensor>> {
  readonly typeName = 'FeatureExtractor';
  readonly model: Module;
  readonly #wanted: readonly Wanted[];

  constructor(model: Module, layers: readonly Key[] | Readonly<Record<string, Key>>) {
    super();
    expectModel(who, model);
    this.model = model;
    this.training = model.training;
    this.#wanted = wantedOf(model, layers);
  }

  /**
   * The activations of one pass, which goes no further than it must.
   *
   * Each is a new tensor and the caller's, with gradients as that of any op; everything else is freed.
   * @throws ZooError naming the layers that the model did not call
   */
  override forward(x: tf.Tensor): Record<Key, tf.Tensor> {
    if (x.isDisposed) {
      throw new ZooError(
        `${who}: expected an input with values, got a tensor of shape ${shapeText(x.shape)} that is disposed already. Dispose it afterwards.`,
      );
    }
    const heard = new Map<Wanted, tf.Tensor>();
    try {
      return tf.tidy(() => {
        this.#run(x, heard);
        this.#expectAll(heard);
        // Handles of the caller's scope: what is kept belongs to none.
        return Object.fromEntries(this.#wanted.map((each) => [each.key, tf.clone(heard.get(each)!)]));
      }) as Record<Key, tf.Tensor>;
    } finally {
      tf.dispose([...heard.values()]);
    }
  }

  override extraRepr(): string {
    return this.#wanted.map(({ layer, key }) => (layer === key ? layer : `${layer}: ${key}`)).join(', ');
  }

  #run(x: tf.Tensor, heard: Map<Wanted, tf.Tensor>): void {
    const calls = new Map<AnyModule, number>();
    const listener =
      (module: AnyModule): Listener =>
      (compute) => {
        const output = compute();
        const call = calls.get(module) ?? 0;
        calls.set(module, call + 1);
        for (const each of this.#wanted) {
          if (each.module === module && each.call === call) heard.set(each, keep(each.layer, output));
        }
        if (heard.size === this.#wanted.length) throw complete;
        return output;
      };
    const listeners = new Map(this.#wanted.map(({ module }) => [module, listener(module)]));
    try {
      overhear(listeners, () => void this.model.forward(x));
    } catch (error) {
      if (error !== complete) throw error;
    }
  }

  #expectAll(heard: ReadonlyMap<Wanted, tf.Tensor>): void {
    const missing = this.#wanted.filter((each) => !heard.has(each)).map(({ layer }) => layer);
    if (missing.length === 0) return;
    throw new ZooError(
      `${who}: expected ${this.model.typeName}.forward to call each layer, got ${listed('that it did not call', missing)}. ` +
        "Leave them out; a container's name tells only if the container's own forward is called.",
    );
  }
}

/** Thrown out of a pass that need go no further. */
const complete = new Error('all activations are there');

function keep(layer: string, output: unknown): tf.Tensor {
  if (output instanceof tf.Tensor) return tf.keep(tf.clone(output));
  throw new ZooError(
    `${who}: expected ${layer} to give a tensor, got ${kindOf(output)}. Name the layers inside that give one.`,
  );
}

/**
 * A module that gives the activations of named layers in one pass, as `create_feature_extractor` of torchvision does. The model is
 * not changed: its state is shared, and used on its own it does what it did before.
 *
 * Names are those of `namedModules()`, containers among them ('features' gives what the last module in it gives). Of a module that is
 * called more than once, 'relu' is the first call, 'relu_1' the second, as in torchvision. An object instead of the list renames:
 * `{ 'features.0': 'conv1' }`.
 *
 * What a convolution gives is its own output, also where the model computes it in one op with the BatchNorm and ReLU behind it.
 *
 * Differs from PyTorch: a forward hook on a convolution with an inplace ReLU behind it shows the output of the ReLU, for they share
 * memory; here, as in torchvision's extractor with inplace switched off, it is that of the convolution. The mode is the model's:
 * there is one graph, not one for each mode. Ops without a module have no name.
 *
 * @throws ZooError for a name that the model does not have, with the nearest that it has; for none, and for one key given twice
 * @example
 * ```ts
 * const model = await createModel('alexnet');
 * const extractor = createFeatureExtractor(model.eval(), ['features.0', 'avgpool']);
 * const { 'features.0': conv1, avgpool } = extractor.forward(tf.zeros([1, 224, 224, 3]));
 * console.log(conv1.shape); // [1, 55, 55, 64]
 * console.log(avgpool.shape); // [1, 6, 6, 256]
 * tf.dispose([conv1, avgpool]);
 * ```
 * @see https://docs.pytorch.org/vision/stable/feature_extraction.html
 */
export function createFeatureExtractor<const Key extends string>(
  model: Module,
  layers: readonly Key[] | Readonly<Record<string, Key>>,
): FeatureExtractor<Key> {
  return new FeatureExtractor(model, layers);
}

function wantedOf(model: Module, layers: readonly string[] | Readonly<Record<string, string>>): Wanted[] {
  if (typeof layers !== 'object' || layers === null) {
    throw new ZooError(
      `${who}: expected a list of names of layers, or an object from them to other names, got ${kindOf(layers)}. Pass such as ['features.0'].`,
    );
  }
  const entries = Array.isArray(layers)
    ? layers.map((layer: string) => [layer, layer] as const)
    : Object.entries(layers);
  if (entries.length === 0) {
    throw new ZooError(`${who}: expected names of layers, got none. Pass such as ['features.0'].`);
  }
  const keys = entries.map(([, key]) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new ZooError(`${who}: expected each key once, got '${twice}' again. Give every layer a key of its own.`);
  }
  return entries.map(([layer, key]) => ({ layer, key, ...callOf(model, layer) }));
}

function callOf(model: Module, layer: string): Pick<Wanted, 'module' | 'call'> {
  const modules = new Map<string, AnyModule>(model.namedModules());
  const exact = modules.get(layer);
  if (exact) return { module: exact, call: 0 };
  const [, name = layer, number] = /^(.+)_([1-9]\d*)$/.exec(layer) ?? [];
  const repeated = modules.get(name);
  return { module: repeated ?? moduleNamed(who, model, layer), call: Number(number ?? 0) };
}
