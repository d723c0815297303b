/** Functions of Node's `util` that tfjs-node 4.22 calls and Node 23 has removed. */
const removed = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Gives Node's `util` back what tfjs-node calls, where it is gone: without it a top-k or a split is a TypeError. */
export function restoreRemovedUtilities(): void {
  // Not an import, which a bundler for pages would follow.
  const util = globalThis.process?.getBuiltinModule?.('util') as Record<string, unknown> | undefined;
  for (const [name, fn] of Object.entries(removed)) if (util) util[name] ??= fn;
}
