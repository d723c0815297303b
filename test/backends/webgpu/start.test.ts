import { expect } from 'chai';
import { needsSoftwareGpu } from '../../support/tools.js';
import type { Stand } from '../tensorflow/support.js';
import { noTensorflow, resultOf } from './support.js';

const webgpu = new URL('../../../node_modules/webgpu/index.js', import.meta.url).href;

/** The package, whose adapter says that it is a GPU's. */
const hardware: Stand = {
  code: `
    import { create as createReal, globals } from ${JSON.stringify(webgpu)};
    export { globals };
    const info = { vendor: 'acme', architecture: 'turbo', description: '', isFallbackAdapter: false };
    const pretend = (adapter) => new Proxy(adapter, {
      get(real, key) {
        if (key === 'info') return info;
        return typeof real[key] === 'function' ? real[key].bind(real) : real[key];
      },
    });
    export function create(options) {
      const gpu = createReal(options);
      return { requestAdapter: async (...args) => pretend(await gpu.requestAdapter(...args)) };
    }`,
};

describe("backends.use('webgpu') in Node (skipped without webgpu and Chromium's GPU in software)", function () {
  this.timeout(60_000);
  before(needsSoftwareGpu);

  it('computes, and says on what', async () => {
    const script = `
      const info = await backends.use('webgpu');
      const product = tf.matMul(tf.ones([2, 3]), tf.fill([3, 2], 2));
      result = [info, tf.getBackend(), [...(await product.data())]];`;
    const [info, name, values] = (await resultOf(script)) as [Record<string, string>, string, number[]];
    expect(info).to.include({ name: 'webgpu', reason: 'asked for', version: '4.22.0' });
    expect(info.device).to.match(/^google swiftshader, SwiftShader .+ \(software\)$/);
    expect([name, values]).to.deep.equal(['webgpu', [6, 6, 6, 6]]);
  });

  it('leaves Node a Node, and in its global object what tfjs names', async () => {
    const script = `
      const { transforms } = await import('tfjs-zoo');
      const before = new Set(Object.getOwnPropertyNames(globalThis));
      const hadNavigator = 'navigator' in globalThis;
      await backends.use('webgpu');
      await tf.ones([100]).data();
      const { width } = await transforms.loadImage('examples/images/chelsea.png');
      result = [
        Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name)).sort(),
        ['navigator' in globalThis === hadNavigator, globalThis.navigator?.gpu === undefined],
        [tf.env().get('IS_NODE'), tf.env().get('IS_BROWSER')],
        width,
      ];`;
    expect(await resultOf(script)).to.deep.equal([
      ['GPUBuffer', 'GPUBufferUsage', 'GPUMapMode', 'GPUTexture', 'GPUTextureUsage'],
      [true, true],
      [true, false],
      451,
    ]);
  });

  it('is passed over by auto, for it is a processor that imitates it', async () => {
    const script = `
      const { name, reason } = await backends.use();
      result = [name, reason, tf.findBackendFactory('webgpu') === null];`;
    const [name, reason, isUnknown] = (await resultOf(script, noTensorflow)) as [string, string, boolean];
    expect([name, isUnknown]).to.deep.equal(['wasm', true]);
    expect(reason).to.match(
      /; webgpu: expected a hardware adapter, got google swiftshader, SwiftShader .+ \(software\)\. Ask for webgpu to have it$/,
    );
  });

  it('is taken by auto where its adapter is a GPU, and tfjs-node is not there', async () => {
    const script = 'result = await backends.use(); await tf.add(1, 2).data();';
    expect(await resultOf(script, { ...noTensorflow, webgpu: hardware })).to.deep.include({
      name: 'webgpu',
      reason: 'the fastest that is there; tensorflow is not installed',
    });
  });

  it('takes a live model along, its state and its gradients', async () => {
    const script = `
      await backends.use('cpu');
      const model = new nn.Sequential(
        new nn.Conv2d(1, 2, 2, { padding: 1 }),
        new nn.BatchNorm2d(2),
        new nn.ReLU(),
        new nn.MaxPool2d(2, { padding: 1 }),
        new nn.Flatten(),
        new nn.Linear(18, 2),
      );
      model.eval();
      const x = tf.reshape(tf.range(0, 16), [1, 4, 4, 1]);
      result = [];
      for (const name of ['cpu', 'webgpu', 'wasm', 'webgpu', 'cpu']) {
        await backends.use(name);
        const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(model.forward(x))));
        const tensors = [value, ...Object.values(grads)];
        result.push((await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]))).flat());
      }`;
    const [want, ...others] = (await resultOf(script)) as number[][];
    for (const got of others) {
      expect(got).to.have.length(want!.length);
      for (const [i, value] of want!.entries()) expect(got[i]).to.be.closeTo(value, 1e-4 * (1 + Math.abs(value)));
    }
  });
});

describe("backends.use('webgpu') in Node without what it needs", function () {
  this.timeout(60_000);
  const tfjs = '@tensorflow/tfjs-backend-webgpu';
  const script = "result = await failureOf(backends.use('webgpu'));";
  const who = 'ZooError: backends.use: ';

  it('names the packages that are missing', async () => {
    expect(await resultOf(script, { webgpu: 'missing', [tfjs]: 'missing' })).to.equal(
      `${who}expected the packages webgpu and ${tfjs}, got neither. Install with npm install webgpu ${tfjs}.`,
    );
    const loads: Stand = { code: 'export const create = () => ({ requestAdapter: async () => null });' };
    expect(await resultOf(script, { webgpu: loads, [tfjs]: 'missing' })).to.equal(
      `${who}expected the packages webgpu and ${tfjs}, got no ${tfjs}. Install with npm install ${tfjs}.`,
    );
    const auto = 'result = (await backends.use()).reason;';
    expect(await resultOf(auto, { ...noTensorflow, webgpu: 'missing' })).to.equal(
      'the fastest that is there; tensorflow is not installed; webgpu is not installed',
    );
  });

  it('says which package does not load', async () => {
    const broken: Stand = { code: "throw new Error('no binary for this platform.\\nMore of it');" };
    expect(await resultOf(script, { webgpu: broken, [tfjs]: { code: 'export {};' } })).to.equal(
      `${who}expected webgpu to load, got: no binary for this platform. Install it again, or choose wasm.`,
    );
  });

  it('says that there is no adapter, or nothing by which to find one', async function () {
    if (process.platform !== 'linux') return this.skip();
    const dlopen = (message: string) => `process.dlopen = () => { throw new Error(${JSON.stringify(message)}); };`;
    const none: Stand = { code: 'export const create = () => ({ requestAdapter: async () => null });' };
    const packages = { webgpu: none, [tfjs]: { code: 'export {};' } };
    const missing = 'libvulkan.so.1: cannot open shared object file: No such file or directory';
    expect(await resultOf(dlopen(missing) + script, packages)).to.equal(
      `${who}expected libvulkan.so.1 for webgpu, got no such library. ` +
        'Debian has it in libvulkan1, and drivers for most GPUs in mesa-vulkan-drivers.',
    );
    expect(await resultOf(dlopen('Module did not self-register') + script, packages)).to.equal(
      `${who}expected an adapter for WebGPU, got none. Linux needs a driver of Vulkan's for its GPU; or choose wasm.`,
    );
  });
});
