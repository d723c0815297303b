import type { HostTensor } from '../../src/core/index.js';
import { TensorRef } from './tensor-ref.js';

/** An unread tensor, and the places where it stands. */
interface TensorPlaces {
  readonly ref: TensorRef;
  readonly bytes: number;
  /** Puts what was read where the ref stood. */
  replace(tensor: HostTensor): void;
}

/** The unread tensors in the dicts and lists of a checkpoint's extra, each once. */
export function tensorsIn(extra: unknown): TensorPlaces[] {
  const places = new Map<TensorRef, ((tensor: HostTensor) => void)[]>();
  const seen = new Set<unknown>();
  // A list to work through, not a recursion: the file decides how deep it nests.
  const pending = [extra];

  function visit(value: unknown, put: (tensor: HostTensor) => void): void {
    if (!(value instanceof TensorRef)) pending.push(value);
    else if (places.has(value)) places.get(value)!.push(put);
    else places.set(value, [put]);
  }

  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, (tensor) => (value[i] = tensor));
    } else if (value instanceof Map) {
      for (const [key, item] of value) visit(item, (tensor) => value.set(key, tensor));
    } else if (Object.getPrototypeOf(value) === null) {
      const dict = value as Record<string, unknown>;
      for (const [key, item] of Object.entries(dict)) visit(item, (tensor) => (dict[key] = tensor));
    }
  }
  return [...places].map(([ref, puts]) => ({
    ref,
    bytes: ref.numel * ref.elementType.itemSize,
    replace: (tensor) => {
      for (const put of puts) put(tensor);
    },
  }));
}
