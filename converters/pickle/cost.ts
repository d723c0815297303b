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
} as const;

/** What a copy of a call's argument takes: a memoized one can be used over and over. */
export function costOfArgument(value: unknown): number {
  if (typeof value === 'string') return value.length * cost.character;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.length * cost.dictItem;
  return value instanceof Map || value instanceof Set ? value.size * cost.dictItem : 0;
}
