/** Of a contender's runs: the median, and the ends of their middle half. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) };
}
