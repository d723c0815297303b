/** The first of the entries of each value. */
export function* eachOnce<T>(entries: Iterable<[name: string, value: T]>): Generator<[name: string, value: T]> {
  const seen = new Set<T>();
  for (const entry of entries) {
    if (!seen.has(entry[1])) yield entry;
    seen.add(entry[1]);
  }
}

/** A dotted name; what stands at the top has no prefix. */
export function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
