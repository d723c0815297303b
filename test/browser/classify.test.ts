import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { backends, createClassifier, type models } from 'tfjs-zoo';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

const weights = join(root, 'test/fixtures/docs/alexnet.pth');
const image = (name: string) => join(root, 'examples/images', name);

/** Largest difference of logits, as a share of the largest logit. */
function distance(got: readonly models.Prediction[], want: readonly models.Prediction[]): number {
  const logits = new Map(got.map(({ classIndex, logit }) => [classIndex, logit]));
  const largest = Math.max(...want.map(({ logit }) => Math.abs(logit)));
  return Math.max(...want.map(({ classIndex, logit }) => Math.abs(logits.get(classIndex)! - logit))) / largest;
}

declare const window: {
  zoo: { backends: typeof backends; createClassifier: typeof createClassifier };
};

describe('AlexNet in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  const photographs = ['chelsea.png', 'rocket.jpg'] as const;
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  let want: models.Prediction[][];
  before(needsChromium);
  before(async () => {
    await backends.use('wasm');
    const classifier = await createClassifier('alexnet', { weights });
    want = await classifier.classify(photographs.map(image), { top: 1000 });
    classifier.dispose();
    const { code } = await bundleForPage("import * as zoo from 'tfjs-zoo'; window.zoo = zoo;");
    site = await serve({
      '/index.html': '<script type="module" src="main.js"></script>',
      '/main.js': code,
      '/alexnet.pth': readFileSync(weights),
      ...Object.fromEntries(photographs.map((name) => [`/${name}`, readFileSync(image(name))])),
    });
    browser = await launchChromium();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.zoo');
  });
  afterEach(() => page?.close());
  after(async () => {
    site?.close();
    await browser?.close();
  });

  const limits = { webgl: 1e-3, wasm: 1e-4, cpu: 1e-4 };
  for (const backend of ['webgl', 'wasm', 'cpu'] as const) {
    it(`gives Node's logits on ${backend}`, async () => {
      const got = await page.evaluate(
        async ([name, files]) => {
          const { zoo } = window;
          await zoo.backends.use(name);
          const classifier = await zoo.createClassifier('alexnet', { weights: '/alexnet.pth' });
          return classifier.classify([...files], { top: 1000 });
        },
        [backend, photographs] as const,
      );
      expect(distance(got[0]!, want[0]!), 'a PNG').to.be.lessThan(limits[backend]);
      expect(distance(got[1]!, want[1]!), 'a JPEG, which the browser decodes').to.be.lessThan(3e-2);
      for (const index of [0, 1]) expect(got[index]![0]!.label).to.equal(want[index]![0]!.label);
    });
  }

  it('takes the fastest backend that starts', async () => {
    const info = await page.evaluate(() => window.zoo.backends.use());
    expect(info).to.deep.equal({ name: 'webgl', reason: 'the fastest that is there', version: '4.22.0' });
  });

  it('says where the wasm binaries are missing', async () => {
    const message = await page.evaluate(() =>
      window.zoo.backends.use('wasm', { wasmPaths: '/nowhere/' }).then(String, (error: Error) => error.message),
    );
    expect(message).to.equal(
      `backends.use: expected wasm to start, got: status 404 for ${site.url}nowhere/tfjs-backend-wasm-simd.wasm. ` +
        'Serve the file there, or leave wasmPaths out.',
    );
  });

  it('says that a page cannot read a file: URL', async () => {
    const message = await page.evaluate(() =>
      window.zoo
        .createClassifier('lenet', { weights: 'file:///tmp/lenet.pth' })
        .then(String, (error: Error) => error.message),
    );
    expect(message).to.equal(
      'file:///tmp/lenet.pth: expected a URL that a page may read, got a file: URL. Let the user pick the file, and pass the File.',
    );
  });
});
