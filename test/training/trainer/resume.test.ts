import { spawn } from 'node:child_process';
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { backends, training } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';
import { bitsOf, failureOf, figuresOf, inFolder, smallNet, smallTrainer, stripeLoader } from './support.js';

/** Steps of three epochs of seven batches. */
const STEPS = 21;

/** What an unbroken training comes to. */
async function unbroken(): Promise<{ bits: string; figures: object[] }> {
  const model = smallNet();
  const history = await smallTrainer().fit(model, stripeLoader(), stripeLoader({ shuffle: false }));
  const bits = await bitsOf(model);
  model.dispose();
  return { bits, figures: figuresOf(history) };
}

/** Begins in a folder, or goes on there with a new model and loader of other seeds; stops after so many steps in all. */
async function goOn(folder: string, stopAt = Number.POSITIVE_INFINITY) {
  const checkpoints = training.runFolder(folder);
  const isNew = await checkpoints.isEmpty();
  const model = smallNet(isNew ? 1 : 99);
  const stop = new AbortController();
  const trainer = smallTrainer({
    checkpoints,
    saveEvery: 4,
    callbacks: [
      {
        onStep({ step }) {
          if (step === stopAt) stop.abort();
        },
      },
    ],
  });
  try {
    const validation = stripeLoader({ shuffle: false });
    const history = await trainer.fit(model, stripeLoader({ seed: isNew ? 3 : 77 }), validation, {
      resume: true,
      signal: stop.signal,
    });
    return { bits: await bitsOf(model), figures: figuresOf(history) };
  } finally {
    model.dispose();
  }
}

describe('a training that is resumed', () => {
  forEachBackend(() => {
    it('comes to the same numbers as an unbroken one, wherever it was stopped', async () => {
      const whole = await unbroken();
      for (const stops of [[1], [4], [7], [8, 9], [14, 20], [STEPS]]) {
        await inFolder(async (folder) => {
          for (const step of stops) {
            expect(await failureOf(() => goOn(folder, step))).to.equal('AbortError: This operation was aborted');
          }
          expect(await goOn(folder), `stopped at ${stops}`).to.deep.equal(whole);
        });
      }
    });
  });

  before(() => backends.use('wasm'));

  it('goes on from the checkpoint before, with a warning, where the last one is damaged', async () => {
    const whole = await unbroken();
    await inFolder(async (folder) => {
      await failureOf(() => goOn(folder, 13));
      truncateSync(join(folder, 'last.pth'), 2000);
      const warnings: string[] = [];
      const { warn } = console;
      console.warn = (text: string) => warnings.push(text);
      try {
        expect(await goOn(folder)).to.deep.equal(whole);
      } finally {
        console.warn = warn;
      }
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/^tfjs-zoo: .*last\.pth: .* Going on from .*previous\.pth\.$/);
    });
  });

  it('goes on after it was killed, whenever that was', async function () {
    this.timeout(240_000);
    const whole = await unbroken();
    const script = fileURLToPath(new URL('./train-in-folder.ts', import.meta.url));
    await inFolder(async (folder) => {
      for (const wait of [0, 15, 40, 90]) {
        const args = ['--conditions=tfjs-zoo-source', '--import=tsx/esm', script, folder];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), wait)); // it has begun to train
        await new Promise((resolve) => child.on('exit', resolve));
      }
      expect(await goOn(folder)).to.deep.equal(whole);
      expect(readdirSync(folder).sort()).to.deep.equal(['best.pth', 'last.pth', 'previous.pth']);
    });
  });

  it('is not begun where there is one that was not asked for', async () => {
    await inFolder(async (folder) => {
      await failureOf(() => goOn(folder, 2));
      const model = smallNet();
      const trainer = smallTrainer({ checkpoints: training.runFolder(folder) });
      expect(await failureOf(() => trainer.fit(model, stripeLoader()))).to.equal(
        `ZooError: Trainer.fit: expected no training in ${folder}, got one. Pass resume: true to go on with it, or choose another place.`,
      );
      model.dispose();
    });
  });
});
