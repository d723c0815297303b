/**
 * Lets everything else that waits have its turn: Ctrl-C, a page that draws. A backend that computes at once, and data in memory, leave no
 * moment for it.
 */
export function takeTurns(): Promise<void> {
  const later: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;
  return new Promise((resolve) => void later(resolve));
}
