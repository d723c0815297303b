import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { backends } from 'tfjs-zoo';
import { readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { forEachBackend } from '../../support/backends.js';
import { pythonWith } from '../../support/tools.js';
import { build, cases, expectAfter, fixture, loadAfter, parametersOf, run, STEPS, snapshot } from './golden.js';

const HALF = STEPS / 2;
const saved = cases.filter((golden) => golden.saved);
const python = pythonWith('torch');

const all = { readExtra: true } as const;

describe('state dicts of optimizers', () => {
  forEachBackend(() => {
    for (const golden of saved) {
      it(`go on from PyTorch's file: ${golden.name}`, async () => {
        const parameters = parametersOf();
        using optimizer = build({ ...golden, options: {} }, parameters);
        loadAfter(golden, HALF - 1, parameters);
        const { extra } = await readCheckpoint(fixture(`${golden.name}.pth`), all);
        optimizer.loadStateDict(extra as object);
        run(golden, optimizer, parameters, { from: HALF });
        expectAfter(golden, STEPS - 1, await snapshot(parameters));
        for (const parameter of parameters) parameter.dispose();
      });
    }

    for (const golden of cases) {
      it(`bring a training back to where it was: ${golden.name}`, async () => {
        const unbroken = parametersOf();
        using optimizer = build(golden, unbroken);
        run(golden, optimizer, unbroken, { to: HALF });
        const model = await snapshot(unbroken);
        const bytes = await writeTorchCheckpoint({ model, optimizer: await optimizer.stateDict(), epoch: 3 });
        run(golden, optimizer, unbroken, { from: HALF });

        const { stateDict, extra } = await readCheckpoint(bytes, all);
        const resumed = parametersOf();
        for (const [k, tensor] of [...stateDict.values()].entries()) resumed[k]!.load(tensor);
        using restored = build(golden, resumed);
        restored.loadStateDict((extra as { optimizer: object }).optimizer);
        run(golden, restored, resumed, { from: HALF });
        expect(await snapshot(resumed)).to.deep.equal(await snapshot(unbroken));
        expect(await restored.stateDict()).to.deep.equal(await optimizer.stateDict());
        for (const parameter of [...unbroken, ...resumed]) parameter.dispose();
      });
    }
  });

  describe('go on in PyTorch (skipped without python3-torch)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'optim-'));
    before(async function () {
      if (!python) this.skip();
      await backends.use('cpu');
    });
    after(() => rmSync(folder, { recursive: true }));

    it('on the same trajectory', async () => {
      for (const golden of cases) {
        const parameters = parametersOf();
        using optimizer = build(golden, parameters);
        run(golden, optimizer, parameters, { to: HALF });
        const values = [...(await snapshot(parameters)).values()];
        await writeTorchCheckpoint(
          { params: values, optimizer: await optimizer.stateDict() },
          join(folder, `${golden.name}.pth`),
        );
        for (const parameter of parameters) parameter.dispose();
      }
      execFileSync(python!, [fixture('continue_optim.py'), folder]);
      for (const golden of cases) {
        const { stateDict } = await readCheckpoint(join(folder, `${golden.name}-after.pth`));
        expectAfter(golden, STEPS - 1, stateDict);
      }
    });
  });
});
