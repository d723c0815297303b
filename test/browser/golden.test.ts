import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { FAMILIES } from '../support/golden.js';
import { checkFamilyIn, type GoldenSite, serveGolden } from '../support/golden-site.js';
import { needsChromium } from '../support/tools.js';

/** A GPU in software compiles a shader in 20 ms and more, so only CI checks more than a few cases there; `npm run -s fidelity` checks all. */
const steps = process.env.TFJS_ZOO_EVERY_CASE
  ? { webgpu: 2, webgl: 5, wasm: 1, cpu: 1 }
  : { webgpu: 6, webgl: 6, wasm: 1, cpu: 1 };

describe("PyTorch's golden values in Chromium (skipped where it is missing)", function () {
  this.timeout(300_000);
  let site: GoldenSite;
  before(needsChromium);
  before(async () => {
    site = await serveGolden();
  });
  after(() => site?.close());

  for (const [backend, threads] of [['webgpu'], ['webgl'], ['wasm', 1], ['wasm', 2], ['cpu']] as const) {
    describe(`on ${backend}${threads === 2 ? ', 2 threads' : ''}`, () => {
      let page: Page;
      before(async () => {
        page = await site.open(backend, threads);
      });
      after(() => page?.close());

      for (const family of FAMILIES) {
        const step = steps[backend];
        it(`${family}: ${step === 1 ? 'every case' : `every ${step}th case, and every module`}`, async () => {
          const results = await checkFamilyIn(page, family, step);
          const failures = results.filter(({ failure }) => failure !== undefined);
          expect(failures.map(({ module, name, failure }) => `${module} ${name}: ${failure}`)).to.deep.equal([]);
          expect(results).to.not.have.length(0);
        });
      }
    });
  }
});
