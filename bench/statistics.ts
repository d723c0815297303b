/** Of a contender's runs: the fastest, which other work on the machine disturbs least, the median, and the ends of the middle half. */
export interface Timing {
  readonly fastest: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
  return { fastest: sorted[0]!, median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) };
}
