/**
 * What a pickle's values take in V8, in bytes, generously: a list grows by half its length, a dict by doubling, and `extra`
 * is made as a second copy of some of it.
 */
export const cost = {
  list: 64,
  listItem: 16,
  dict: 400,
  dictItem: 112,
  /** An instance of an unknown class, a storage, or whatever a call gives. */
  object: 240,
  memoEntry: 56,
  number: 16,
  text: 40,
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

function costOfKeys(keys: Iterable<unknown>, size: number): number {
  let sum = 0;
  for (const key of keys) sum += costOfKey(key, size);
  return sum;
}

/** What a copy of a call's argument takes: a memoized one can be used over and over. */
export function costOfArgument(value: unknown): number {
  if (typeof value === 'string') return value.length * cost.character;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) {
    // The items of a set, or the keys and values of a dict.
    const keys = value.map((item) => (Array.isArray(item) ? item[0] : item));
    return value.length * cost.dictItem + costOfKeys(keys, value.length);
  }
  return value instanceof Map || value instanceof Set
    ? value.size * cost.dictItem + costOfKeys(value.keys(), value.size)
    : 0;
}
