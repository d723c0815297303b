import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { backends, type models } from 'tfjs-zoo';
import { bundleForPage, isolation, launchChromium, serve } from '../support/browser.js';
import { digest, readClassics, weightsOf } from '../support/classics.js';
import { LOGITS_TOLERANCE } from '../support/golden-close.js';
import { safetensorsBytes } from '../support/safetensors.js';
import { needsChromium } from '../support/tools.js';
import type { classicsPage } from './classics-page.js';

declare const window: { classicsPage: typeof classicsPage };

/** Each with the file of its code. */
const files: Partial<Record<models.ModelName, string>> = {
  squeezenet1_1: 'squeezenet',
  mobilenet_v2: 'mobilenet-v2',
  resnet18: 'resnet',
};
const classics = readClassics().filter(({ model, options }) => model in files && Object.keys(options).length === 1);

/** WebGPU in software takes 16 s for ResNet, so only CI waits for it. */
const isTaken = (backend: string, model: models.ModelName) =>
  backend !== 'webgpu' || model !== 'resnet18' || Boolean(process.env.TFJS_ZOO_EVERY_CASE);

const entry = fileURLToPath(new URL('classics-page.ts', import.meta.url));

describe("torchvision's classics in Chromium (skipped where it is missing)", function () {
  this.timeout(120_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const main = `import '@tensorflow/tfjs-backend-webgpu'; import { classicsPage } from '${entry}'; window.classicsPage = classicsPage;`;
    const { chunks } = await bundleForPage(main, { minify: true, splitting: true, outdir: 'out' });
    const served: Record<string, string | Uint8Array> = {
      ...chunks,
      '/index.html': '<script type="module" src="stdin.js"></script>',
    };
    await backends.use('cpu');
    for (const { model, options } of classics) {
      served[`/${model}.safetensors`] = safetensorsBytes(await weightsOf(model, options));
    }
    site = await serve(served, isolation);
    browser = await launchChromium();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  for (const [backend, threads] of [['wasm', 1], ['wasm', 2], ['webgl'], ['webgpu']] as const) {
    describe(`on ${backend}${threads === undefined ? '' : `, threads: ${threads}`}`, () => {
      let page: Page;
      const asked: string[] = [];
      before(async () => {
        page = await browser.newPage();
        page.on('request', (request) => asked.push(new URL(request.url()).pathname));
        await page.goto(site.url);
        await page.waitForFunction('window.classicsPage');
        const info = await page.evaluate(([name, threads]) => window.classicsPage.use(name, { threads }), [
          backend,
          threads,
        ] as const);
        expect(info).to.deep.include({ name: backend, ...(threads && { threads }) });
      });
      after(() => page?.close());

      for (const { model, size, noise, repr } of classics.filter((each) => isTaken(backend, each.model))) {
        it(`${model} gives torchvision's logits, its code loaded when it is asked for`, async () => {
          const before = asked.length;
          const { text, logits, leaked } = await page.evaluate(
            ([name, size]) => window.classicsPage.answer(name, `/${name}.safetensors`, size),
            [model, size] as const,
          );
          expect(digest(text), 'its text').to.equal(repr);
          expect(asked[before], 'its code').to.match(new RegExp(`^/${files[model]}-\\w+\\.js$`));
          const largest = Math.max(...noise.map(Math.abs));
          const error = Math.max(...noise.map((value, i) => Math.abs(logits[i]! - value)));
          expect(error / largest).to.be.below(LOGITS_TOLERANCE[backend]);
          expect(leaked, 'tensors left behind').to.equal(0);
        });
      }
    });
  }
});
