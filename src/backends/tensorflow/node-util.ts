/** Functions of Node's `util` that tfjs-node 4.22 calls, and Node 23 has removed or warns of. */
const outdated = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Gives Node's `util` back what tfjs-node calls, as Node 20 has it: without it a top-k or a split is a TypeError. */
export function restoreUtilities(): void {
  // Not an import, which a bundler for pages would follow.
  const util = globalThis.process?.getBuiltinModule?.('util') as Record<string, unknown> | undefined;
  if (util) Object.assign(util, outdated);
}
