import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { bundleForPage, launchChromium, serve, wasmFiles } from '../support/browser.js';
import { FAMILIES } from '../support/golden.js';
import { needsChromium } from '../support/tools.js';
import type { goldenPage } from './golden-page.js';

/** WebGL in software compiles a shader in 20 ms and more, so only CI checks all of a large family there. */
const webglStep = process.env.TFJS_ZOO_EVERY_CASE ? 1 : 4;
const LARGE = ['conv', 'batch-norm', 'max-pool', 'avg-pool', 'activation', 'class-loss'];

declare const window: { goldenPage: typeof goldenPage };

describe("PyTorch's golden values in Chromium (skipped where it is missing)", function () {
  this.timeout(300_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const entry = fileURLToPath(new URL('golden-page.ts', import.meta.url));
    const fixture = (name: string) => readFileSync(new URL(`../fixtures/nn/${name}`, import.meta.url));
    const names = FAMILIES.flatMap((family) => [`${family}.json`, `${family}.bin`]);
    const { code } = await bundleForPage(`import { goldenPage } from '${entry}'; window.goldenPage = goldenPage;`);
    site = await serve({
      '/index.html': '<script type="module" src="main.js"></script>',
      '/main.js': code,
      ...Object.fromEntries(names.map((name) => [`/nn/${name}`, fixture(name)])),
      ...wasmFiles('/'),
    });
    browser = await launchChromium();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  for (const backend of ['webgl', 'wasm', 'cpu'] as const) {
    describe(`on ${backend}`, () => {
      let page: Page;
      before(async () => {
        page = await browser.newPage();
        await page.goto(site.url);
        await page.waitForFunction('window.goldenPage');
        await page.evaluate((name) => window.goldenPage.use(name), backend);
      });
      after(() => page?.close());

      for (const family of FAMILIES) {
        const step = backend === 'webgl' && LARGE.includes(family) ? webglStep : 1;
        it(`${family}: ${step === 1 ? 'every case' : `every ${step}th case`}`, async () => {
          const { cases, failures } = await page.evaluate(([...args]) => window.goldenPage.checkFamily(...args), [
            backend,
            family,
            step,
          ] as const);
          expect(failures).to.deep.equal([]);
          expect(cases).to.be.greaterThan(0);
        });
      }
    });
  }
});
