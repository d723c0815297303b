import { PickleObject } from '../pickle/objects.js';
import { TensorRef } from './tensor-ref.js';

/**
 * Everything in a pickle but its state dict, as plain JavaScript.
 *
 * A dict whose keys are all strings becomes an object without a prototype, any other dict a Map; lists and tuples become
 * arrays. A tensor stays a `TensorRef` (dtype and shape), an object of an unknown class a `PickleObject`, a class a
 * `PickleGlobal`. Shared and cyclic values stay shared and cyclic.
 */
export function extraOf(root: unknown, holder: unknown): unknown {
  const rest =
    holder instanceof Map ? new Map([...holder].filter(([, value]) => !(value instanceof TensorRef))) : undefined;
  if (root === holder && !rest) return Object.create(null);

  const made = new Map<object, object>();
  // A list to work through, not a recursion: the file decides how deep it nests.
  const pending: (() => void)[] = [];

  function convert(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = made.get(value);
    if (known) return known;
    const target = emptyLike(value);
    made.set(value, target);
    if (target !== value) pending.push(() => fill(target, value));
    return target;
  }

  function fill(target: object, value: object): void {
    if (value instanceof Map) {
      for (const [key, item] of value) {
        const isHolder = item === holder;
        if (isHolder && !rest?.size) continue;
        const converted = convert(isHolder ? rest : item);
        if (target instanceof Map) target.set(convert(key), converted);
        else (target as Record<string, unknown>)[key] = converted;
      }
    } else if (value instanceof Set) {
      for (const item of value) (target as Set<unknown>).add(convert(item));
    } else if (Array.isArray(value)) {
      for (const item of value) (target as unknown[]).push(item === holder ? convert(rest) : convert(item));
    } else if (value instanceof PickleObject) {
      const object = target as PickleObject;
      object.state = convert(value.state);
      object.items = value.items && new Map([...value.items].map(([key, item]) => [convert(key), convert(item)]));
      object.list = value.list?.map(convert);
    }
  }

  const plain = convert(root === holder ? rest : root);
  for (let next = pending.pop(); next; next = pending.pop()) next();
  return plain;

  function emptyLike(value: object): object {
    if (value instanceof Map) {
      return [...value.keys()].every((key) => typeof key === 'string') ? Object.create(null) : new Map();
    }
    if (value instanceof Set) return new Set();
    if (Array.isArray(value)) return [];
    if (value instanceof PickleObject) return new PickleObject(value.className, convert(value.args) as unknown[]);
    return value;
  }
}
