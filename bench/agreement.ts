/** The largest difference, as a part of the largest value: float32 sums in different orders. */
const TOLERANCE = 1e-3;

/** @throws Error unless all computed what the first did: the times of other sums would say nothing */
export function expectAgreement(
  what: string,
  results: Iterable<readonly [who: string, values: ArrayLike<number>]>,
): void {
  const [[first, expected], ...others] = [...results] as [
    [string, ArrayLike<number>],
    ...[string, ArrayLike<number>][],
  ];
  const largest = (valueAt: (index: number) => number) => {
    let most = 0;
    for (let index = 0; index < expected.length; index++) most = Math.max(most, Math.abs(valueAt(index)));
    return most;
  };
  const scale = largest((index) => expected[index]!);
  for (const [who, got] of others) {
    const difference = got.length === expected.length ? largest((index) => expected[index]! - got[index]!) : Number.NaN;
    if (difference <= TOLERANCE * scale) continue;
    throw new Error(
      `${what}: expected ${who} to agree with ${first}, got a difference of ${difference} where the largest value is ${scale}. ` +
        'Nothing was timed.',
    );
  }
}
