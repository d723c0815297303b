import { CheckpointError } from '../../src/core/index.js';
import { describe, PickleGlobal, PickleObject, quote } from '../pickle/objects.js';
import { TensorRef } from '../torch/tensor-ref.js';

/** As many as a reader can use at once. */
const maxListed = 20;

/** Characters of a path; one that nests deeper is told by its ends. */
const maxPath = 160;

/** Everything that keeps a value from being written, gathered so that it can be told at once. */
export class Problems {
  private readonly listed: string[] = [];
  private count = 0;

  /** @param path - Where in the value: 'optimizer.state[3].exp_avg'; '' for the value itself. */
  add(path: string, got: string): void {
    this.count++;
    if (this.listed.length >= maxListed) return;
    const short = path.length > maxPath ? `${path.slice(0, maxPath / 2)}…${path.slice(-maxPath / 2)}` : path;
    this.listed.push(path === '' ? got : `${short}: ${got}`);
  }

  /** @throws CheckpointError that lists what was added */
  throwIfAny(who: string, expected: string, remedy: string): void {
    if (this.count === 0) return;
    const more = this.count > maxListed ? `; and ${this.count - maxListed} more` : '';
    throw new CheckpointError(`${who}: expected ${expected}, got ${this.listed.join('; ')}${more}. ${remedy}`);
  }
}

/** The path of an entry, as one would write it: `state[3]` for a number, `.name` for a text. */
export function pathTo(path: string, key: unknown): string {
  if (typeof key !== 'string') return `${path}[${String(key)}]`;
  return path === '' ? quote(key) : `${path}.${quote(key)}`;
}

/** Whether an object is a plain one, of this page or another: a literal, or one without a prototype. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is a tensor of TensorFlow.js, by what makes it one: this folder does not import tfjs. */
export function isTfTensor(value: object): boolean {
  return 'dataId' in value && 'shape' in value;
}

/** What came in place of plain data, with the remedy where it is known. Never its content, which may be huge. */
export function describeForeign(value: unknown): string {
  if (value === undefined || typeof value === 'symbol') return String(value);
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a Promise (await it first)';
  if (value instanceof TensorRef) {
    return `a tensor that was not read (${value.dtype} of shape [${value.shape.join(', ')}]: the read of openCheckpoint reads it)`;
  }
  if (value instanceof PickleGlobal || value instanceof PickleObject) {
    return `${describe(value)} (put plain data in its place)`;
  }
  if (isTfTensor(value)) {
    return 'a tensor of TensorFlow.js (read it back: { dtype, shape, data: await tensor.data() })';
  }
  if ('stateDict' in value) return 'an object that has a state dict (give that)';
  if (ArrayBuffer.isView(value)) return `a bare ${typeName(value)} (say what it is: { dtype, shape, data })`;
  if (value instanceof Map) return 'a Map';
  if (value instanceof Set) return 'a Set (give an array)';
  if (Array.isArray(value)) return 'an array';
  return isPlainObject(value) ? 'an object' : `an instance of ${typeName(value)}`;
}

/** The name of an object's class, as far as a minifier left it. */
export function typeName(value: object): string {
  return (value.constructor as { name?: string } | undefined)?.name || 'a class';
}

/** UTF-8 has no room for half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
