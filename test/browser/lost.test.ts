import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type * as zoo from 'tfjs-zoo';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

declare const window: { zoo: typeof zoo; tf: typeof tfjs };

/** What a test takes the GPU away from. */
interface OnGpu {
  readonly device?: GPUDevice;
  readonly gpgpu: { readonly gl: WebGL2RenderingContext };
}

describe('a GPU that is lost, in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  const files: Record<string, string | Uint8Array> = {};
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  before(needsChromium);
  before(async () => {
    const { code } = await bundleForPage(`
      import * as tf from '@tensorflow/tfjs';
      import '@tensorflow/tfjs-backend-webgpu';
      import * as zoo from 'tfjs-zoo';
      Object.assign(window, { tf, zoo });`);
    files['/index.html'] = '<script type="module" src="main.js"></script>';
    files['/main.js'] = code;
    files['/chelsea.png'] = readFileSync(join(root, 'examples/images/chelsea.png'));
    site = await serve(files);
    browser = await launchChromium();
  });
  beforeEach(async () => {
    const folder = join(root, 'weights/lenet_fashion_mnist');
    for (const name of readdirSync(folder)) files[`/lenet_fashion_mnist/${name}`] = readFileSync(join(folder, name));
    page = await (await browser.newContext()).newPage();
    await page.addInitScript('globalThis.__name = (fn) => fn;'); // what tsx leaves in functions
    await page.goto(site.url);
    await page.waitForFunction('window.zoo');
  });
  afterEach(() => page?.context().close());
  after(async () => {
    site?.close();
    await browser?.close();
  });

  /** Classifies on a backend, and leaves in the page what the second half of a test goes on with. */
  const classify = (backend: 'webgl' | 'webgpu') =>
    page.evaluate(async (name) => {
      const { backends, createClassifier } = window.zoo;
      const { reason } = await backends.use(name);
      const classifier = await createClassifier('lenet', { pretrained: true });
      const predictions = await classifier.classify('/chelsea.png', { top: 10 });
      Object.assign(window, { classifier });
      return { reason, logits: predictions.map(({ logit }) => logit) };
    }, backend);

  for (const backend of ['webgl', 'webgpu'] as const) {
    it(`${backend} tells of it once, throws from then on, and starts afresh with weights from the cache`, async () => {
      const before = await classify(backend);
      const lost = await page.evaluate(async () => {
        const { zoo, tf } = window;
        const { classifier } = window as unknown as { classifier: zoo.models.Classifier };
        const losses: zoo.backends.BackendLoss[] = [];
        const stop = zoo.backends.onLost(() => losses.push({ backend: 'cpu', reason: 'after its end' }));
        zoo.backends.onLost((loss) => losses.push(loss));
        stop();
        const failureOf = (promise: Promise<unknown>) =>
          promise.then(
            () => 'none',
            (error: Error) => `${error.name}: ${error.message}`,
          );
        const x = tf.ones([2000]);
        const y = tf.relu(x);
        const pending = failureOf(y.data());
        const { device, gpgpu } = tf.backend() as unknown as OnGpu;
        if (device) device.destroy();
        else gpgpu.gl.getExtension('WEBGL_lose_context')!.loseContext();
        const failures = [
          await pending,
          await failureOf(classifier.classify('/chelsea.png')),
          await failureOf(x.data()),
        ];
        try {
          y.dataSync();
        } catch (error) {
          failures.push(`${(error as Error).name}: ${(error as Error).message}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
        classifier.dispose();
        tf.dispose([x, y]);
        return { losses, failures, left: tf.memory().numTensors };
      });
      expect(lost.losses).to.have.length(1);
      const [{ backend: name, reason }] = lost.losses as [zoo.backends.BackendLoss];
      expect(name).to.equal(backend);
      expect(reason).to.not.equal('');
      const text = `ZooError: ${backend}: expected the GPU to stay, got it lost: ${reason}. Its tensors are gone: call backends.use(), and make the model again.`;
      expect(lost.failures).to.deep.equal([text, text, text, text]);
      expect(lost.left).to.equal(0);
      for (const path of Object.keys(files)) if (path.startsWith('/lenet')) delete files[path];
      expect(await classify(backend)).to.deep.equal(before);
    });
  }

  it('a GPU process that crashes takes both, and both start afresh', async () => {
    const before = [await classify('webgl'), await classify('webgpu')];
    await page.evaluate(() => {
      const losses: string[] = [];
      window.zoo.backends.onLost(({ backend }) => losses.push(backend));
      Object.assign(window, { losses });
    });
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    await page.waitForFunction('window.losses.length > 1');
    expect([await classify('webgl'), await classify('webgpu')]).to.deep.equal(before);
    const losses = await page.evaluate(() => (window as unknown as { losses: string[] }).losses);
    expect(losses.sort()).to.deep.equal(['webgl', 'webgpu']);
  });
});
