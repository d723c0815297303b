import { expect } from 'chai';
import { resultOf } from './support.js';

describe("backends.use('webgpu') in a page", function () {
  this.timeout(60_000);
  const who = 'ZooError: backends.use: ';

  /** What comes of starting in a page of this navigator, with tfjs' package or without. */
  const outcomes = (cases: [navigator: string, isAsked: boolean][], isImported = true) =>
    resultOf(
      `
      const { startWebgpu } = await import('./src/backends/webgpu/start-page.js');
      const gpuOf = (adapter) => ({ gpu: { requestAdapter: async () => adapter } });
      const GPU = { vendor: 'acme', architecture: 'turbo', description: '', isFallbackAdapter: false };
      const limits = { maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30 };
      if (${isImported}) tf.registerBackend('webgpu', () => null);
      result = [];
      for (const [navigator, isAsked] of [${cases.map(([navigator, isAsked]) => `[${navigator}, ${isAsked}]`)}]) {
        Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
        result.push(await failureOf(startWebgpu(isAsked)));
      }`,
      { '@tensorflow/tfjs-backend-webgpu': 'missing' },
    );

  it('wants navigator.gpu, and the app to import the package', async () => {
    expect(
      await outcomes(
        [
          ['{}', true],
          ['gpuOf({ info: GPU, limits })', true],
        ],
        false,
      ),
    ).to.deep.equal([
      `${who}expected a page with navigator.gpu, got none. Serve it by https, or choose webgl, which every browser has.`,
      `${who}expected the app to import @tensorflow/tfjs-backend-webgpu, got no such import. ` +
        "Add import '@tensorflow/tfjs-backend-webgpu' to it.",
    ]);
  });

  it('wants an adapter, and where nobody asks a GPU with room for large weights', async () => {
    const software = "gpuOf({ info: { ...GPU, vendor: 'mesa', architecture: 'llvmpipe' }, limits })";
    const fallback = 'gpuOf({ info: { ...GPU, isFallbackAdapter: true }, limits })';
    const small = 'gpuOf({ info: GPU, limits: { ...limits, maxStorageBufferBindingSize: 2 ** 27 } })';
    const cases = [software, fallback, small, 'gpuOf({ info: GPU, limits })', 'gpuOf({ limits })'];
    expect(
      await outcomes([['gpuOf(null)', true], ...cases.map((navigator): [string, boolean] => [navigator, false])]),
    ).to.deep.equal([
      `${who}expected an adapter for WebGPU, got none. Linux needs a driver of Vulkan's for its GPU; or choose wasm.`,
      `${who}expected a hardware adapter, got mesa llvmpipe (software). Ask for webgpu to have it.`,
      `${who}expected a hardware adapter, got acme turbo (software). Ask for webgpu to have it.`,
      `${who}expected an adapter for tensors of 144 MiB, got acme turbo (hardware), for 128 MiB. Ask for webgpu to have it.`,
      'none',
      'none',
    ]);
    expect(await outcomes(cases.map((navigator) => [navigator, true]))).to.deep.equal(cases.map(() => 'none'));
  });
});
