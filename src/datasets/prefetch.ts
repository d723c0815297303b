/**
 * Gives results in their order while the next ones are being made.
 * @param make begins to make the next result, which is undefined where there is none
 * @param ahead how many are in the making while one is used
 * @param discard is given every result that nobody takes
 */
export async function* prefetch<T extends object>(
  make: () => Promise<T | undefined>,
  ahead: number,
  discard: (result: T) => void,
): AsyncGenerator<T> {
  const coming: Promise<T | undefined>[] = [];
  try {
    for (;;) {
      while (coming.length <= ahead) {
        const next = make();
        next.catch(() => {}); // thrown when its turn comes
        coming.push(next);
      }
      const result = await coming.shift();
      if (!result) return;
      yield result;
    }
  } finally {
    for (const rest of await Promise.allSettled(coming)) {
      if (rest.status === 'fulfilled' && rest.value) discard(rest.value);
    }
  }
}
