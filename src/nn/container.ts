import { ZooError } from '../core/index.js';
import { kindOf } from './functional/checks.js';
import { type AnyModule, Module } from './module.js';

/**
 * What the containers share: modules by key, in order. The keys live in a Map, for an object would move integer-like keys
 * to the front.
 */
export abstract class Container<Args extends unknown[]> extends Module<Args> {
  readonly #entries = new Map<string, AnyModule>();

  /** Number of modules. */
  get length(): number {
    return this.#entries.size;
  }

  protected override *ownChildren(): Generator<[name: string, module: AnyModule]> {
    // Refuses modules in properties of the container itself, such as list[9] = module beyond the end.
    for (const [name, module] of super.ownChildren()) {
      throw new ZooError(
        `${this.typeName}: expected modules among its entries, got ${module.typeName} assigned to property '${name}'. ` +
          `It has ${this.length} entries; add one with append or set.`,
      );
    }
    yield* this.#entries;
  }

  protected lookup(key: string): AnyModule | undefined {
    return this.#entries.get(key);
  }

  /** The module under a key. @throws ZooError if there is none */
  protected expectKey(key: string): AnyModule {
    const module = this.lookup(key);
    if (module) return module;
    if (this.length === 0) {
      throw new ZooError(
        `${this.typeName}: expected a module under '${key}', got none, for it is empty. Add modules first.`,
      );
    }
    const keys = [...this.#entries.keys()].join(', ');
    throw new ZooError(`${this.typeName}: expected one of the keys ${keys}, got '${key}'. Choose one of these.`);
  }

  protected put(key: string, module: AnyModule): void {
    if (!(module instanceof Module)) {
      throw new ZooError(
        `${this.typeName}: expected a module for '${key}', got ${describe(module)}. ` +
          'Build it with new, from a class that extends nn.Module.',
      );
    }
    if (key === '' || key.includes('.')) {
      throw new ZooError(`${this.typeName}: expected a key that is not empty and has no dot, got '${key}'. Rename it.`);
    }
    this.#entries.set(key, module);
  }

  protected remove(key: string): void {
    this.#entries.delete(key);
  }

  protected entriesArray(): [string, AnyModule][] {
    return [...this.#entries];
  }
}

/** A container whose modules are also found by position. */
export abstract class IndexedContainer<Args extends unknown[]> extends Container<Args> implements Iterable<AnyModule> {
  /** The module at a position; assigning replaces it and keeps its key. */
  [index: number]: AnyModule;

  #indexed = 0;

  *[Symbol.iterator](): Iterator<AnyModule> {
    for (const [, module] of this.entriesArray()) yield module;
  }

  /** The module at a position; negative positions count from the end. @throws ZooError beyond the ends */
  at(index: number): AnyModule {
    return this.#entryAt(index)[1];
  }

  protected override put(key: string, module: AnyModule): void {
    super.put(key, module);
    // features[0] reads and writes the entry: one accessor for each position that has ever been filled.
    for (; this.#indexed < this.length; this.#indexed++) {
      const index = this.#indexed;
      Object.defineProperty(this, index, {
        get: () => this.entriesArray()[index]?.[1],
        set: (replacement: AnyModule) => this.put(this.#entryAt(index)[0], replacement),
      });
    }
  }

  #entryAt(index: number): [string, AnyModule] {
    const entry = this.entriesArray().at(index);
    if (entry) return entry;
    if (this.length === 0) {
      throw new ZooError(
        `${this.typeName}: expected a module at ${index}, got none, for it is empty. Add modules first.`,
      );
    }
    throw new ZooError(
      `${this.typeName}: expected an index from ${-this.length} to ${this.length - 1}, got ${index}. Choose one of these.`,
    );
  }
}

/** What was given in the place of a module. */
export function describe(value: unknown): string {
  if (value instanceof Module) return value.typeName;
  return kindOf(value);
}
