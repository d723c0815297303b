import type { StateDict } from '../../../src/core/index.js';
import { forEachBackend } from '../../support/backends.js';
import { build, cases, expectAfter, parametersOf, run, snapshot } from './golden.js';

describe("optimizers follow PyTorch's", () => {
  forEachBackend(() => {
    for (const golden of cases) {
      it(`${golden.name} for 20 steps`, async () => {
        const parameters = parametersOf();
        using optimizer = build(golden, parameters);
        const reads: Promise<StateDict>[] = [];
        run(golden, optimizer, parameters, { afterEach: () => reads.push(snapshot(parameters)) });
        for (const [step, read] of reads.entries()) expectAfter(golden, step, await read);
        for (const parameter of parameters) parameter.dispose();
      });
    }
  });
});
