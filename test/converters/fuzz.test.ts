import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { checkOutcome } from './fuzz/outcome.js';
import type { FuzzReport } from './fuzz/run.js';
import { fixtureBytes } from './support.js';

const cases = process.env.TFJS_ZOO_EVERY_CASE ? 100_000 : 3000;

/** The first seed of this run; given again in TFJS_ZOO_FUZZ_SEED it repeats the run. */
const firstSeed = Number(process.env.TFJS_ZOO_FUZZ_SEED) || 1 + Math.floor(Math.random() * 2 ** 30);

/** A case on which the child is silent for this long hangs: the watchdog ends it. */
const patience = 60_000;

/** The child's heap; a case that needs more ends it. */
const heapMegabytes = 256;

/** Reads the cases in a process of its own, so that neither a hang nor a crash takes the tests with it. */
function runCases(first: number, count: number): Promise<FuzzReport> {
  const child = fork(fileURLToPath(new URL('fuzz/run.ts', import.meta.url)), [String(first), String(count)], {
    execArgv: [...['--conditions=tfjs-zoo-source', '--import', 'tsx/esm', `--max-old-space-size=${heapMegabytes}`]],
  });
  return new Promise((resolve, reject) => {
    let last: FuzzReport | undefined;
    const where = () => `after seed ${last?.seed ?? first}`;
    const hung = () => {
      child.kill('SIGKILL');
      reject(new Error(`hung ${where()}`));
    };
    let watchdog = setTimeout(hung, patience);
    child.on('message', (report: FuzzReport) => {
      last = report;
      clearTimeout(watchdog);
      watchdog = setTimeout(hung, patience);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(watchdog);
      if (last?.done) resolve(last);
      else reject(new Error(`ended ${where()} with ${signal ?? code}`));
    });
  });
}

describe('whatever the file, it is read or refused with CheckpointError', () => {
  it(`in ${cases} made-up and damaged files from seed ${firstSeed} on`, async function () {
    this.timeout(900_000);
    const report = await runCases(firstSeed, cases);
    expect(report.failures).to.deep.equal([]);
    expect([report.seed, report.read + report.refused]).to.deep.equal([firstSeed + cases, cases]);
    // Both happen, or the cases test nothing.
    expect(Math.min(report.read, report.refused)).to.be.above(cases / 50);
    expect(report.peak).to.be.below((heapMegabytes + 300) * 2 ** 20);
  });

  for (const file of ['mixed.pth', 'dtypes-legacy-p1.pth', 'names.safetensors']) {
    it(`${file}, truncated at every byte`, async () => {
      const bytes = fixtureBytes(file);
      for (let length = 0; length < bytes.length; length++) {
        const { problem } = await checkOutcome(readCheckpoint(bytes.subarray(0, length)));
        expect(problem, `cut to ${length} bytes`).to.equal(undefined);
      }
    });
  }

  const corpus = new URL('../fixtures/checkpoints/corpus/', import.meta.url);
  for (const file of readdirSync(corpus)) {
    it(`the file that found something once: ${file}`, async () => {
      const bytes = new Uint8Array(readFileSync(new URL(file, corpus)));
      for (const verify of [true, false]) {
        const { problem } = await checkOutcome(readCheckpoint(bytes, { verify }));
        expect(problem).to.equal(undefined);
      }
    });
  }
});
