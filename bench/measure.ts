/** One of the programs that are compared. */
export interface Contender {
  readonly name: string;
  /** Runs once, to the end: what a GPU computes must have been waited for. */
  run(): Promise<void>;
}

/** Milliseconds of a contender's runs. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  /** Middle half of the runs. */
  readonly low: number;
  readonly high: number;
}

/** Times contenders in turn, so that whatever else the machine does falls on all of them alike. */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Timing[]> {
  const times = contenders.map(() => [] as number[]);
  for (let round = -2; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now();
      await contender.run();
      if (round >= 0) times[index]!.push(performance.now() - start); // the first two rounds warm up
    }
  }
  return contenders.map(({ name }, index) => {
    const sorted = times[index]!.sort((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
    return { name, median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) };
  });
}

/** Prints each timing, and how long the first takes in units of it: below 1, the first is faster. */
export function report(title: string, timings: readonly Timing[]): void {
  console.log(title);
  const first = timings[0]!;
  for (const { name, median, low, high } of timings) {
    const spread = `(${low.toFixed(1)}–${high.toFixed(1)})`;
    const ratio = name === first.name ? '' : `  ratio ${(first.median / median).toFixed(2)}`;
    console.log(`  ${name.padEnd(24)}${median.toFixed(1).padStart(8)} ms  ${spread.padEnd(16)}${ratio}`);
  }
}
