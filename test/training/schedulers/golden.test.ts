import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { pythonWith } from '../../support/tools.js';
import { cases, fixtures, run, SAVED, start } from './golden.js';

const python = pythonWith('torch');

function expectRates(got: number[][], want: readonly (readonly number[])[], from = 0): void {
  for (const [i, rates] of got.entries()) {
    for (const [group, rate] of rates.entries()) {
      const wanted = want[from + i]![group]!;
      expect(rate, `group ${group} in epoch ${from + i}`).to.be.closeTo(wanted, 1e-12 * Math.abs(wanted));
    }
  }
}

/** What a file holds of one case. */
interface SavedCase {
  readonly optimizer: object;
  readonly schedulers: readonly object[];
}

/** What a training has after its first epochs. */
async function halfway(golden: (typeof cases)[number]): Promise<SavedCase> {
  const training = start(golden);
  run(training, { to: SAVED });
  const schedulers = training.schedulers.map((scheduler) => scheduler.stateDict());
  return { optimizer: await training.optimizer.stateDict(), schedulers };
}

describe("schedulers follow PyTorch's", () => {
  for (const golden of cases) {
    it(`${golden.name} for 60 epochs`, () => {
      expectRates(run(start(golden)), golden.rates);
    });

    it(`${golden.name} from PyTorch's file on`, async () => {
      const { extra } = await readCheckpoint(new URL('schedulers.pth', fixtures), { readExtra: true });
      const saved = (extra as Record<string, SavedCase>)[golden.name]!;
      const training = start(golden);
      training.optimizer.loadStateDict(saved.optimizer);
      for (const [i, scheduler] of training.schedulers.entries()) scheduler.loadStateDict(saved.schedulers[i]!);
      expectRates(run(training, { from: SAVED }), golden.rates, SAVED);
    });

    it(`${golden.name} from a file of ours on, exactly`, async () => {
      const unbroken = start(golden);
      run(unbroken, { to: SAVED });
      const bytes = await writeTorchCheckpoint(await halfway(golden));
      const saved = (await readCheckpoint(bytes, { readExtra: true })).extra as SavedCase;
      const resumed = start(golden);
      resumed.optimizer.loadStateDict(saved.optimizer);
      for (const [i, scheduler] of resumed.schedulers.entries()) scheduler.loadStateDict(saved.schedulers[i]!);
      expect(resumed.schedulers.map((scheduler) => scheduler.getLastLr())).to.deep.equal(
        unbroken.schedulers.map((scheduler) => scheduler.getLastLr()),
      );
      expect(run(resumed, { from: SAVED })).to.deep.equal(run(unbroken, { from: SAVED }));
      expect(resumed.schedulers.map((scheduler) => scheduler.stateDict())).to.deep.equal(
        unbroken.schedulers.map((scheduler) => scheduler.stateDict()),
      );
    });
  }

  it('go on in PyTorch (skipped without python3-torch)', async function () {
    if (!python) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'schedulers-'));
    try {
      const states = new Map<string, SavedCase>();
      for (const golden of cases) states.set(golden.name, await halfway(golden));
      await writeTorchCheckpoint(states, join(folder, 'schedulers.pth'));
      execFileSync(python!, [fileURLToPath(new URL('continue_schedulers.py', fixtures)), folder]);
      const rates = JSON.parse(readFileSync(join(folder, 'rates.json'), 'utf8'));
      for (const golden of cases) expectRates(rates[golden.name], golden.rates, SAVED);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
