import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { backends, createClassifier, type models } from 'tfjs-zoo';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { LOGITS_TOLERANCE } from '../support/golden-close.js';
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
  tf: typeof tfjs;
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
    const { code } = await bundleForPage(`
      import * as tf from '@tensorflow/tfjs';
      import '@tensorflow/tfjs-backend-webgpu';
      import * as zoo from 'tfjs-zoo';
      Object.assign(window, { tf, zoo });`);
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

  for (const backend of ['webgpu', 'webgl', 'wasm', 'cpu'] as const) {
    it(`gives Node's logits on ${backend}, and leaves nothing behind when it classifies again`, async () => {
      const { got, memories } = await page.evaluate(
        async ([name, files]) => {
          const { zoo, tf } = window;
          await zoo.backends.use(name);
          const classifier = await zoo.createClassifier('alexnet', { weights: '/alexnet.pth' });
          const got = await classifier.classify([...files], { top: 1000 });
          const memories: string[] = [];
          for (let time = 0; time < 2; time++) {
            await classifier.classify(files[0]);
            memories.push(JSON.stringify(tf.memory()));
          }
          return { got, memories };
        },
        [backend, photographs] as const,
      );
      // On a GPU with what lies there, and with what is kept for reuse.
      expect(new Set(memories).size, memories.join()).to.equal(1);
      expect(distance(got[0]!, want[0]!), 'a PNG').to.be.lessThan(LOGITS_TOLERANCE[backend]);
      expect(distance(got[1]!, want[1]!), 'a JPEG, which the browser decodes').to.be.lessThan(3e-2);
      for (const index of [0, 1]) expect(got[index]![0]!.label).to.equal(want[index]![0]!.label);
    });
  }

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
