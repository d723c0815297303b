import { PickleObject } from '../pickle/objects.js';
import { TensorRef } from './tensor-ref.js';

/**
 * Everything in a pickle but its state dict, as plain JavaScript. What the pickle machine made is changed in place, so that a
 * large one is not in memory twice.
 *
 * A dict whose keys are all strings becomes an object without a prototype, any other dict a Map; lists and tuples become
 * arrays. A tensor stays a `TensorRef` (dtype and shape), an object of an unknown class a `PickleObject`, a class a
 * `PickleGlobal`. Shared and cyclic values stay shared and cyclic. `refs` are the tensors among it.
 */
export function extraOf(root: unknown, holder: unknown): { extra: unknown; refs: ReadonlySet<TensorRef> } {
  const refs = new Set<TensorRef>();
  const rest =
    holder instanceof Map ? new Map([...holder].filter(([, value]) => !(value instanceof TensorRef))) : undefined;
  if (root === holder && !rest) return { extra: Object.create(null), refs };

  const made = new Map<object, object>();
  // A list to work through, not a recursion: the file decides how deep it nests.
  const pending: object[] = [];

  function convert(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    if (value instanceof TensorRef) {
      refs.add(value);
      return value;
    }
    if (value === holder && rest) return convert(rest);
    const known = made.get(value);
    if (known) return known;
    const target = value instanceof Map && hasTextKeys(value) ? Object.create(null) : value;
    made.set(value, target);
    pending.push(value);
    return target;
  }

  /** A state dict of which nothing is left is left out of the dict that held it. */
  function isLeftOut(value: unknown): boolean {
    return value === holder && !rest?.size;
  }

  function fill(value: object): void {
    if (value instanceof Map) {
      const entries = [...value].filter(([, item]) => !isLeftOut(item));
      value.clear();
      const target = made.get(value) as Map<unknown, unknown> | Record<string, unknown>;
      for (const [key, item] of entries) {
        if (target instanceof Map) target.set(convert(key), convert(item));
        else target[key as string] = convert(item);
      }
    } else if (value instanceof Set) {
      const items = [...value];
      value.clear();
      for (const item of items) value.add(convert(item));
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = convert(value[i]);
    } else if (value instanceof PickleObject) {
      convert(value.args);
      value.state = convert(value.state);
      value.list = value.list && (convert(value.list) as unknown[]);
      if (value.items) value.items = new Map([...value.items].map(([key, item]) => [convert(key), convert(item)]));
    }
  }

  const extra = convert(root);
  for (let next = pending.pop(); next; next = pending.pop()) fill(next);
  return { extra, refs };
}

function hasTextKeys(dict: ReadonlyMap<unknown, unknown>): boolean {
  for (const key of dict.keys()) if (typeof key !== 'string') return false;
  return true;
}
