import { expect } from 'chai';
import { resultOf } from './support.js';

describe("backends.use('webgpu') in a page", function () {
  this.timeout(60_000);

  it('wants navigator.gpu, and leaves a backend alone that a program has brought', async () => {
    const script = `
      const { startWebgpu } = await import('./src/backends/webgpu/start-page.js');
      const onPage = (navigator) => {
        Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
        return failureOf(startWebgpu(true));
      };
      result = [await onPage({})];
      tf.registerBackend('webgpu', () => null);
      result.push(await onPage({ gpu: {} }));`;
    expect(await resultOf(script, { '@tensorflow/tfjs-backend-webgpu': 'missing' })).to.deep.equal([
      'ZooError: backends.use: expected a page with navigator.gpu, got none. ' +
        'Serve it by https, or choose webgl, which every browser has.',
      'none',
    ]);
  });
});
