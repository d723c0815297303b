/**
 * What a pickle's values take in V8, in bytes, generously: a list grows by half its length, a dict by doubling, and `extra`
 * is made as a second copy of some of it.
 */
export const cost = {
  list: 48,
  listItem: 16,
  /** Of a list that is as long as it will be. */
  tupleItem: 8,
  dict: 400,
  dictItem: 112,
  /** An instance of an unknown class, a tensor, or whatever a call gives. */
  object: 200,
  storage: 80,
  memoEntry: 16,
  number: 16,
  text: 32,
  character: 2,
  bytes: 240,
  sparseNumber: 4096,
} as const;

/**
 * V8 hashes numbers without a secret, so a file can choose thousands that meet in one bucket, each of which then takes as long as
 * all before it. Keys that count from 0 cannot; any other number is charged as much as bounds how many there are.
 */
export function costOfKey(key: unknown, size: number): number {
  if (typeof key !== 'number' && typeof key !== 'bigint') return 0;
  return key >= 0 && key <= 2 * size + 1024 && Number.isInteger(key) ? 0 : cost.sparseNumber;
}

/** What hash tables of these keys take: a memoized list can be made a set or dict of over and over. */
export function costOfKeys(keys: Iterable<unknown>, size: number): number {
  let sum = size * cost.dictItem;
  for (const key of keys) sum += costOfKey(key, size);
  return sum;
}

/** What a copy of a call's argument takes. */
export function costOfArgument(value: unknown): number {
  if (typeof value === 'string') return value.length * cost.character;
  if (value instanceof Uint8Array) return value.length;
  return Array.isArray(value) ? value.length * cost.listItem : 0;
}
