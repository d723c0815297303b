import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import { Container, describe, IndexedContainer } from './container.js';
import { foldNorms, stepsOf, unfoldNorms } from './fusion.js';
import type { AnyModule } from './module.js';
import { indent } from './repr.js';

type Entries = readonly (readonly [key: string, module: AnyModule])[];

/**
 * Modules applied one after another.
 *
 * Takes modules, which are named '0', '1' …, or a Map or entries with names. Each activation is freed as soon as the next one exists.
 *
 * Where no gradient is taken, a convolution computes the BatchNorm in evaluation mode and the ReLU behind it in one op.
 *
 * Shape: whatever the first module takes → whatever the last one gives.
 * @example
 * ```ts
 * const net = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const named = new nn.Sequential([['conv1', new nn.Conv2d(1, 6, 5)], ['relu1', new nn.ReLU()]]);
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends IndexedContainer<[tf.Tensor]> {
  constructor(...modules: AnyModule[] | [Entries | ReadonlyMap<string, AnyModule>]) {
    super();
    const [first] = modules;
    const named = Array.isArray(first) || first instanceof Map ? ([...first] as Entries) : undefined;
    const entries: Entries = named ?? (modules as AnyModule[]).map((module, i) => [String(i), module]);
    if (!entries.every(Array.isArray)) {
      throw new ZooError(
        'Sequential: expected modules or entries [key, module], got an array of something else. ' +
          'Spread an array of modules: new nn.Sequential(...modules).',
      );
    }
    for (const [key, module] of entries) {
      if (this.lookup(key)) throw new ZooError(`Sequential: expected each key once, got '${key}' again. Rename one.`);
      this.put(key, module);
    }
  }

  get typeName(): string {
    return 'Sequential';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      let activation = x;
      for (const step of stepsOf([...this])) {
        const next = step(activation);
        if (activation !== x && activation !== next) activation.dispose();
        activation = next;
      }
      return activation === x ? tf.clone(x) : activation;
    });
  }

  override train(mode = true): this {
    super.train(mode);
    (mode ? unfoldNorms : foldNorms)([...this]);
    return this;
  }

  /** Yields the output of every module in turn; each is the caller's to dispose, at any time. */
  *forwardAll(x: tf.Tensor): Generator<tf.Tensor> {
    let activation = tf.clone(x);
    try {
      for (const module of this) {
        const next: tf.Tensor = tf.tidy(() => module.forward(activation));
        if (next !== activation) activation.dispose();
        activation = tf.clone(next);
        yield next;
      }
    } finally {
      activation.dispose();
    }
  }

  /** The module under a name. @throws ZooError if there is none */
  get(key: string): AnyModule {
    return this.expectKey(key);
  }

  /** A new Sequential of the modules from `start` up to but without `end`, which it shares; they keep their keys. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(this.entriesArray().slice(start, end));
  }

  /** Adds a module at the end, under its position as a name. */
  append(module: AnyModule): this {
    const key = String(this.length);
    if (this.lookup(key)) {
      throw new ZooError(
        `${this.typeName}.append: expected the key '${key}' to be free, but a slice kept it. Build a new Sequential.`,
      );
    }
    this.put(key, module);
    return this;
  }

  /** Adds every module of an iterable at the end. */
  extend(modules: Iterable<AnyModule>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }
}

/**
 * Modules in a list, named by position; what to do with them is up to the code that holds it.
 * @example
 * ```ts
 * const layers = new nn.ModuleList(Array.from({ length: 20 }, () => new nn.Linear(10, 10)));
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 */
export class ModuleList extends IndexedContainer<never> {
  constructor(modules: Iterable<AnyModule> = []) {
    super();
    this.extend(modules);
  }

  get typeName(): string {
    return 'ModuleList';
  }

  forward(): never {
    throw notCallable(this.typeName, 'Call its modules one by one, or use nn.Sequential.');
  }

  append(module: AnyModule): this {
    this.put(String(this.length), module);
    return this;
  }

  extend(modules: Iterable<AnyModule>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }

  /** Puts a module before position `index`; those behind it are renumbered. */
  insert(index: number, module: AnyModule): void {
    const modules = [...this];
    modules.splice(index, 0, module);
    for (const [position, each] of modules.entries()) this.put(String(position), each);
  }

  /** Takes out the module at `index`, by default the last; those behind it are renumbered. */
  pop(index = -1): AnyModule {
    const module = this.at(index);
    const modules = [...this];
    modules.splice(index, 1);
    for (const [position, each] of modules.entries()) this.put(String(position), each);
    this.remove(String(modules.length));
    return module;
  }

  /** A new list of the modules from `start` up to but without `end`, which it shares; they are numbered from 0. */
  slice(start?: number, end?: number): ModuleList {
    return new ModuleList([...this].slice(start, end));
  }

  /** Equal neighbours are folded into one line, as PyTorch does since 2.0. */
  override toString(): string {
    if (this.length === 0) return `${this.typeName}()`;
    const blocks: { first: number; last: number; text: string }[] = [];
    for (const [index, module] of [...this].entries()) {
      const text = String(module);
      const previous = blocks.at(-1);
      if (previous?.text === text) previous.last = index;
      else blocks.push({ first: index, last: index, text });
    }
    const lines = blocks.map(({ first, last, text }) =>
      indent(first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`),
    );
    return `${this.typeName}(\n  ${lines.join('\n  ')}\n)`;
  }
}

/**
 * Modules by name, in the order in which they were added.
 *
 * Takes an object, a Map or entries. JavaScript moves integer-like keys of an object to the front; entries keep their order.
 * @example
 * ```ts
 * const choices = new nn.ModuleDict({ conv: new nn.Conv2d(10, 10, 3), pool: new nn.MaxPool2d(3) });
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict extends Container<never> implements Iterable<string> {
  constructor(modules: Record<string, AnyModule> | Iterable<readonly [string, AnyModule]> = []) {
    super();
    this.update(modules);
  }

  get typeName(): string {
    return 'ModuleDict';
  }

  forward(): never {
    throw notCallable(this.typeName, 'Call one of its modules: dict.get(key).forward(x).');
  }

  /** Iterates over the keys, as in PyTorch. */
  [Symbol.iterator](): Iterator<string> {
    return this.keys();
  }

  /** @throws ZooError if there is no such key */
  get(key: string): AnyModule {
    return this.expectKey(key);
  }

  set(key: string, module: AnyModule): this {
    this.put(key, module);
    return this;
  }

  has(key: string): boolean {
    return this.lookup(key) !== undefined;
  }

  /** Takes out a key; false if it was not there. */
  delete(key: string): boolean {
    const had = this.has(key);
    this.remove(key);
    return had;
  }

  /** Takes out a key and returns its module. @throws ZooError if there is no such key */
  pop(key: string): AnyModule {
    const module = this.get(key);
    this.remove(key);
    return module;
  }

  clear(): void {
    for (const key of [...this.keys()]) this.remove(key);
  }

  keys(): IterableIterator<string> {
    return this.entriesArray()
      .map(([key]) => key)
      [Symbol.iterator]();
  }

  values(): IterableIterator<AnyModule> {
    return this.entriesArray()
      .map(([, module]) => module)
      [Symbol.iterator]();
  }

  items(): IterableIterator<[string, AnyModule]> {
    return this.entriesArray()[Symbol.iterator]();
  }

  /** `items` under JavaScript's name for it. */
  entries(): IterableIterator<[string, AnyModule]> {
    return this.items();
  }

  /** Sets every entry of another dict, object, Map or list of entries. */
  update(modules: ModuleDict | Record<string, AnyModule> | Iterable<readonly [string, AnyModule]>): void {
    const isIterable = Symbol.iterator in modules;
    const entries = modules instanceof ModuleDict ? modules.items() : isIterable ? modules : Object.entries(modules);
    for (const entry of entries as Iterable<readonly [string, AnyModule]>) {
      if (!Array.isArray(entry)) {
        throw new ZooError(
          `ModuleDict: expected entries [key, module], got ${describe(entry)}. Give an object, a Map or entries with names.`,
        );
      }
      this.set(entry[0], entry[1]);
    }
  }
}

function notCallable(typeName: string, remedy: string): ZooError {
  return new ZooError(`${typeName}: expected no call of forward, for a ${typeName} only holds modules. ${remedy}`);
}
