/*
 * Reads made-up and damaged files, one for each seed, and tells whoever started it what went wrong. From the repository's root:
 *
 *   node --conditions=tfjs-zoo-source --import tsx/esm test/converters/fuzz/run.ts FIRST_SEED CASES [--save FOLDER]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { makers } from './cases.js';
import { checkOutcome } from './outcome.js';
import { Random } from './random.js';

export interface FuzzReport {
  /** The next seed: everything before it is done. */
  readonly seed: number;
  readonly read: number;
  readonly refused: number;
  readonly slowest: number;
  readonly peak: number;
  readonly failures: readonly string[];
  readonly done: boolean;
}

/** A case that takes longer than this has found something; on a busy machine an honest one takes some milliseconds. */
const slow = 2000;

const [first, count] = process.argv.slice(2, 4).map(Number) as [number, number];
const saveTo = process.argv[4] === '--save' ? process.argv[5] : undefined;
const state = { read: 0, refused: 0, slowest: 0, peak: 0, failures: [] as string[] };

function makerFor(random: Random) {
  let at = random.below(100);
  for (const maker of makers) {
    at -= maker.share;
    if (at < 0) return maker;
  }
  return makers[0]!;
}

function report(seed: number, done: boolean): void {
  state.peak = Math.max(state.peak, process.memoryUsage.rss());
  const message: FuzzReport = { seed, ...state, done };
  if (process.send) process.send(message);
  else if (done || seed % 10_000 === 0) console.log(JSON.stringify(message));
}

for (let seed = first; seed < first + count; seed++) {
  if (seed % 200 === 0) report(seed, false);
  const random = new Random(seed);
  const { name, make, read = readCheckpoint } = makerFor(random);
  const bytes = make(random);
  const start = performance.now();
  const { outcome, problem } = await checkOutcome(read(bytes, { verify: random.chance(0.7) }));
  const took = performance.now() - start;
  state.slowest = Math.max(state.slowest, took);
  state[outcome]++;
  const wrong = problem ?? (took > slow ? `took ${took} ms` : undefined);
  if (wrong !== undefined) {
    state.failures.push(`seed ${seed}, ${name}: ${wrong}`);
    if (saveTo) writeFileSync(join(saveTo, `seed-${seed}.bin`), bytes);
    if (state.failures.length >= 20) break;
  }
}
report(first + count, true);
process.disconnect?.();
