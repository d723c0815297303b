import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

describe('warming up in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const app = `import * as zoo from 'tfjs-zoo'; import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-webgpu';
      Object.assign(window, { zoo, tf });`;
    site = await serve({
      '/index.html': '<script type="module" src="app.js"></script>',
      '/app.js': (await bundleForPage(app)).code,
    });
    browser = await launchChromium();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  for (const [backend, cache] of [
    ['webgl', 'binaryCache'],
    ['webgpu', 'pipelineCache'],
  ] as const) {
    it(`compiles all shaders and uploads the weights on ${backend}, and changes no number`, async () => {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction('window.zoo');
      const { shaders, tensors, warm, cold } = await page.evaluate<{
        shaders: number[];
        tensors: number[];
        warm: number[][];
        cold: number[][];
      }>(`(async () => {
        await zoo.backends.use('cpu');
        zoo.manualSeed(1);
        const model = (await zoo.createModel('lenet', { numClasses: 5 })).eval();
        const image = tf.randomUniform([1, 28, 28, 1], 0, 1, 'float32', 1);
        const cold = await model.forward(image).array();
        await zoo.backends.use('${backend}');
        const compiled = () => Object.keys(tf.backend().${cache}).length;
        const shaders = [compiled()];
        const tensors = [tf.memory().numTensors];
        await model.warmup([1, 28, 28, 1]);
        shaders.push(compiled());
        tensors.push(tf.memory().numTensors);
        const warm = await model.forward(image).array();
        shaders.push(compiled());
        return { shaders, tensors, warm, cold };
      })()`);
      await page.close();
      expect(shaders[1]).to.be.greaterThan(shaders[0]! + 5);
      expect(shaders[2], 'shaders behind a forward').to.equal(shaders[1]);
      expect(tensors[1], 'tensors').to.equal(tensors[0]);
      const scale = Math.max(...cold[0]!.map(Math.abs));
      warm[0]!.forEach((value, i) => {
        expect(value).to.be.closeTo(cold[0]![i]!, 1e-3 * scale);
      });
    });
  }
});
