/**
 * Gives results in their order while the next ones are being made.
 * @param start begins to make the next result; undefined where there is none
 * @param ahead how many are in the making while one is used
 * @param discard is given every result that nobody takes
 */
export async function* prefetch<T>(
  start: () => Promise<T> | undefined,
  ahead: number,
  discard: (result: T) => void,
): AsyncGenerator<T> {
  const made: Promise<T>[] = [];
  const fill = (count: number) => {
    while (made.length < count) {
      const next = start();
      if (!next) return;
      next.catch(() => {}); // thrown when its turn comes
      made.push(next);
    }
  };
  try {
    for (;;) {
      fill(ahead + 1);
      const next = made.shift();
      if (!next) return;
      yield await next;
    }
  } finally {
    for (const rest of await Promise.allSettled(made)) if (rest.status === 'fulfilled') discard(rest.value);
  }
}
