import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { expectClose, LOGITS_TOLERANCE } from '../support/golden-close.js';
import { readGoldenModels } from '../support/golden-models.js';
import { needsChromium } from '../support/tools.js';
import type { gpuPage } from './gpu-page.js';

declare const window: { gpuPage: typeof gpuPage };

/** As on GPUs whose textures end at 4096 texels a side. */
const smallTextures = { WEBGL_MAX_TEXTURE_SIZE: 4096 };

/** As on GPUs that render to 16-bit floats only. */
const halfFloats = {
  WEBGL_FORCE_F16_TEXTURES: true,
  WEBGL_RENDER_FLOAT32_CAPABLE: false,
  WEBGL_RENDER_FLOAT32_ENABLED: false,
};

describe("a small GPU's webgl in Chromium (skipped where it is missing)", function () {
  this.timeout(120_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const entry = fileURLToPath(new URL('gpu-page.ts', import.meta.url));
    const { code } = await bundleForPage(`import { gpuPage } from '${entry}'; window.gpuPage = gpuPage;`);
    site = await serve({ '/index.html': '<script type="module" src="main.js"></script>', '/main.js': code });
    browser = await launchChromium();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  const open = async () => {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.gpuPage');
    return page;
  };

  it('normalises and pools in half floats what they hold, though not its squares', async () => {
    const page = await open();
    const results = await page.evaluate((flags) => window.gpuPage.layersOf(flags), halfFloats);
    for (const [name, [output, gradient, halfOutput, halfGradient]] of Object.entries(results)) {
      const compare = (what: string, got: number[], want: number[]) => {
        const shape = [want.length];
        const largest = Math.max(...want.map(Math.abs));
        const scaled = (values: number[]) => ({ shape, data: values.map((value) => value / largest) });
        expectClose(`${what} of ${name}`, scaled(got), scaled(want), LOGITS_TOLERANCE['webgl in half floats']);
      };
      compare('output', halfOutput!, output!);
      compare('gradient', halfGradient!, gradient!);
    }
    await page.close();
  });

  it('measures layers, and leaves nothing behind', async () => {
    const page = await open();
    const { summary, left } = await page.evaluate(() => window.gpuPage.measured());
    expect(summary.backend).to.equal('webgl');
    expect(summary.milliseconds).to.be.greaterThan(0);
    expect(summary.rows).to.have.length(3);
    for (const { milliseconds, name } of summary.rows) expect(milliseconds, name).to.be.within(0, 5000);
    expect(left).to.equal(0);
    await page.close();
  });

  it('bounds what lies beside NaN', async () => {
    const page = await open();
    const values = ['NaN', '-3', '0.5', '3', 'Infinity', 'NaN', '-0.5', '-Infinity'];
    expect(await page.evaluate((values) => window.gpuPage.boundedOf(values), values)).to.deep.equal([
      'NaN',
      '-1',
      '0.5',
      '1',
      '1',
      'NaN',
      '-0.5',
      '-1',
    ]);
    await page.close();
  });

  const cases = [
    ['of small textures', smallTextures, 'webgl'],
    ['of small textures and half floats', { ...smallTextures, ...halfFloats }, 'webgl in half floats'],
  ] as const;
  for (const [what, flags, tolerance] of cases) {
    it(`gives torchvision's logits and best class of AlexNet on one ${what}`, async () => {
      const golden = readGoldenModels().find(({ name }) => name === 'torchvision at 224x224')!;
      const page = await open();
      const got = await page.evaluate(([...args]) => window.gpuPage.logitsOf(...args), [golden, flags] as const);
      const { shape, values: want } = golden.logits!;
      expectClose('logits', { shape, data: got }, { shape, data: want }, LOGITS_TOLERANCE[tolerance]);
      expect(got.indexOf(Math.max(...got))).to.equal(want.indexOf(Math.max(...want)));
      await page.close();
    });
  }
});
