import { forEachBackend } from '../../support/backends.js';
import { build, cases, expectAfter, parametersOf, run } from './golden.js';

describe("optimizers follow PyTorch's", () => {
  forEachBackend(() => {
    for (const golden of cases) {
      it(`${golden.name} for 20 steps`, async () => {
        const parameters = parametersOf();
        using optimizer = build(golden, parameters);
        const reads: Promise<{ readonly data: ArrayLike<number> }>[][] = [];
        const afterEach = () => {
          reads.push(
            parameters.map(async (parameter) => ({ data: (await parameter.snapshot()()).data as Float32Array })),
          );
        };
        run(golden, optimizer, parameters, { afterEach });
        for (const [step, read] of reads.entries()) expectAfter(golden, step, await Promise.all(read));
        for (const parameter of parameters) parameter.dispose();
      });
    }
  });
});
