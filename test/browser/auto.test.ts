import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import type * as zoo from 'tfjs-zoo';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

declare const window: { zoo: typeof zoo; tensors(): number };

/** Gives Chromium's GPU in software the names of a real one. */
const asHardware = `
  for (const key of ['vendor', 'architecture', 'description']) {
    Object.defineProperty(GPUAdapterInfo.prototype, key, { get: () => 'acme' });
  }
  Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === 0x9246 ? 'ANGLE (Acme)' : getParameter.call(this, name);
  };`;

const withoutWebgpu = "Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });";

describe("backends.use('auto') in Chromium (skipped where it is missing)", function () {
  this.timeout(60_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const bundle = async (imports: string) =>
      (
        await bundleForPage(`
          import * as tf from '@tensorflow/tfjs';
          import * as zoo from 'tfjs-zoo';
          ${imports}
          Object.assign(window, { zoo, tensors: () => tf.memory().numTensors });`)
      ).code;
    site = await serve({
      '/index.html': '<script type="module" src="main.js"></script>',
      '/plain.html': '<script type="module" src="plain.js"></script>',
      '/main.js': await bundle("import '@tensorflow/tfjs-backend-webgpu';"),
      '/plain.js': await bundle(''),
    });
    browser = await launchChromium();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  /** What is chosen in a browser that a script has changed. */
  async function chosen(change: string, path = ''): Promise<{ name: string; reason: string; device?: string }> {
    const page = await browser.newPage();
    await page.addInitScript(change);
    await page.goto(`${site.url}${path}`);
    await page.waitForFunction('window.zoo');
    const [info, tensors] = await page.evaluate(
      async () => [await window.zoo.backends.use(), window.tensors()] as const,
    );
    expect(tensors).to.equal(0);
    await page.close();
    return info;
  }

  it('takes webgpu on a GPU, where the app has imported it', async () => {
    const info = await chosen(asHardware);
    expect(info).to.include({ name: 'webgpu', reason: 'the fastest that is there' });
    expect(info.device).to.equal('acme acme, acme (hardware)');
  });

  it('takes webgl on a GPU without it', async () => {
    expect(await chosen(asHardware, 'plain.html')).to.deep.include({
      name: 'webgl',
      reason: 'the fastest that is there; webgpu is not imported',
      device: 'ANGLE (Acme)',
    });
  });

  it('passes a GPU in software over', async () => {
    const { name, reason } = await chosen('');
    expect(name).to.equal('wasm');
    expect(reason).to.match(
      /^the fastest that is there; webgpu: expected a hardware adapter, got google swiftshader \(software\)\. Ask for webgpu to have it; webgl: expected a GPU, got ANGLE .*SwiftShader.*\. Ask for webgl to have it$/,
    );
  });

  it('passes a GPU over that computes something else', async () => {
    const { name, reason } = await chosen(`${asHardware}
      const { getMappedRange } = GPUBuffer.prototype;
      GPUBuffer.prototype.getMappedRange = function (...range) {
        const bytes = getMappedRange.apply(this, range);
        return this.usage & GPUBufferUsage.MAP_READ ? new ArrayBuffer(bytes.byteLength) : bytes;
      };
      WebGL2RenderingContext.prototype.getBufferSubData = () => {};`);
    const failure =
      'expected a convolution of 12, -4, 16, -4, 24, -4, 28, -4, got 0, 0, 0, 0, 0, 0, 0, 0. Choose another backend';
    expect({ name, reason }).to.deep.equal({
      name: 'wasm',
      reason: `the fastest that is there; webgpu: ${failure}; webgl: ${failure}`,
    });
  });

  it('says what a page lacks for either', async () => {
    const { reason } = await chosen(`${withoutWebgpu}
      const { getContext } = OffscreenCanvas.prototype;
      OffscreenCanvas.prototype.getContext = () => null;
      HTMLCanvasElement.prototype.getContext = () => null;`);
    expect(reason).to.equal(
      'the fastest that is there; webgpu: expected a page with navigator.gpu, got none. Serve it by https, or choose webgl, ' +
        'which every browser has; webgl: expected a page with WebGL, got no context. Switch on graphics acceleration in the browser, or choose wasm',
    );
  });

  it('passes webgl over that renders to no textures of floats', async () => {
    const { reason } = await chosen(
      `${asHardware}
      const { getExtension } = WebGL2RenderingContext.prototype;
      WebGL2RenderingContext.prototype.getExtension = function (name) {
        return name.startsWith('EXT_color_buffer') ? null : getExtension.call(this, name);
      };
      WebGL2RenderingContext.prototype.getSupportedExtensions = () => [];`,
      'plain.html',
    );
    expect(reason).to.equal(
      'the fastest that is there; webgpu is not imported; webgl: expected webgl to start, got: no textures of floats ' +
        'that can be rendered. Choose wasm',
    );
  });
});
