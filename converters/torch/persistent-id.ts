import type { Fail } from '../pickle/machine.js';
import { describe, PickleGlobal, quote } from '../pickle/objects.js';
import { storageTypes } from './dtypes.js';
import { isCount, type StorageRef } from './tensor-ref.js';

/**
 * Reads a persistent id of PyTorch: `('storage', type, key, location, numel)`, in the legacy stream with a sixth member,
 * None or `(view key, offset, numel)`, or `('module', class, source file, source)`, whose source is ignored.
 *
 * The location ('cuda:0') is where the storage was; here everything is on the host.
 */
export function persistentLoad(id: unknown, fail: Fail): StorageRef | PickleGlobal {
  if (!Array.isArray(id)) throw fail(`expected a persistent id of PyTorch (a tuple), got ${describe(id)}`);
  const [kind, type, key, , numel, view] = id as unknown[];
  if (kind === 'module' && type instanceof PickleGlobal) return type;
  if (kind !== 'storage') throw fail(`expected the persistent id of a storage, got ${describe(kind)}`);
  const elementType = type instanceof PickleGlobal ? storageTypes.get(type.path) : undefined;
  if (!elementType) throw fail(`expected a storage class of torch, got ${describe(type)}`);
  if (typeof key !== 'string' && typeof key !== 'number') throw fail(`expected a storage key, got ${describe(key)}`);
  if (!isCount(numel) || !Number.isSafeInteger(numel * elementType.itemSize)) {
    throw fail(`expected the number of elements of storage ${quote(String(key))}, got ${describe(numel)}`);
  }
  const whole = { key: String(key), elementType, numel, viewOffset: 0, viewNumel: numel };
  if (view === undefined || view === null) return whole;
  const [, viewOffset, viewNumel] = Array.isArray(view) ? (view as unknown[]) : [];
  if (!isCount(viewOffset) || !isCount(viewNumel) || viewOffset + viewNumel > numel) {
    throw fail(`expected a view within the ${numel} elements of storage ${quote(whole.key)}, got ${describe(view)}`);
  }
  return { ...whole, viewOffset, viewNumel };
}
