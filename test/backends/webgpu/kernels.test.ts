import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { root } from '../../cli/support.js';
import { needsSoftwareGpu, softwareGpu } from '../../support/tools.js';
import { resultOf } from './support.js';

/** Modules of most kinds: the same kernels compute all of them in Chromium, in test/browser/golden.test.ts. */
const families = [
  'conv',
  'linear',
  'batch-norm',
  'group-norm',
  'max-pool',
  'avg-pool',
  'activation',
  'class-loss',
] as const;

describe("webgpu computes PyTorch's golden values (skipped without webgpu)", function () {
  this.timeout(300_000);
  before(needsSoftwareGpu);

  for (const family of families) {
    it(family, () => {
      const words = ['--conditions=tfjs-zoo-source', '--import', 'tsx/esm', 'test/support/golden-failures.ts'];
      const { status, stdout, stderr } = spawnSync(process.execPath, [...words, 'webgpu', family], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...softwareGpu },
      });
      expect(status, stderr).to.equal(0);
      const { checked, failures } = JSON.parse(stdout);
      expect(failures).to.deep.equal([]);
      expect(checked).to.be.greaterThan(10);
    });
  }
});

describe('webgpu kernels agree with cpu (skipped without webgpu)', function () {
  this.timeout(300_000);
  before(needsSoftwareGpu);

  /** Expects the tensors of `expressions` to be the same on both, and nothing to be left. */
  async function expectSame(expressions: string, tolerance = 1e-5): Promise<void> {
    const script = `
      const compute = (name) => [${expressions}];
      result = [];
      for (const name of ['cpu', 'webgpu']) {
        await backends.use(name);
        const { numTensors, numDataBuffers } = tf.memory();
        const tensors = tf.tidy(() => compute(name));
        result.push(await Promise.all(tensors.map(async (x) => [x.shape, x.dtype, Array.from(await x.data(), String)])));
        tf.dispose(tensors);
        result.push([tf.memory().numTensors - numTensors, tf.memory().numDataBuffers - numDataBuffers]);
      }`;
    type Read = [shape: number[], dtype: string, values: string[]][];
    const [want, leftOnCpu, got, left] = (await resultOf(script)) as [Read, number[], Read, number[]];
    expect([leftOnCpu, left], 'left behind').to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
    for (const [k, [shape, dtype, values]] of want.entries()) {
      expect(got[k]!.slice(0, 2), `result ${k}`).to.deep.equal([shape, dtype]);
      for (const [i, value] of values.entries()) {
        if (Number.isNaN(Number(value))) expect(got[k]![2][i]).to.equal(value);
        else expect(Number(got[k]![2][i]), `result ${k}, element ${i}`).to.be.closeTo(Number(value), tolerance);
      }
    }
  }

  it('sums and means of nothing', () =>
    expectSame(`
      tf.sum(tf.zeros([0, 3]), 0), tf.sum(tf.zeros([0, 3])), tf.sum(tf.zeros([0, 3]), 0, true),
      tf.sum(tf.zeros([2, 0], 'int32'), 1), tf.sum(tf.zeros([0], 'bool')), name === 'cpu' ? tf.fill([3], NaN) : tf.mean(tf.zeros([0, 3]), 0),
      tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])), tf.concat([tf.zeros([0, 3]), tf.ones([2, 3])])`));

  it('convolutions of an empty batch, fused ones too', () =>
    expectSame(`
      tf.conv2d(tf.zeros([0, 7, 6, 4]), tf.ones([3, 2, 4, 5]), [2, 1], 'valid'),
      tf.fused.conv2d({ x: tf.zeros([0, 7, 6, 4]), filter: tf.ones([3, 2, 4, 5]), strides: 1, pad: 'same',
        bias: tf.ones([5]), activation: 'relu' }),
      tf.grad((filter) => tf.conv2d(tf.zeros([0, 5, 5, 2]), filter, 1, 'valid'))(tf.ones([3, 3, 2, 4]))`));

  it('the gradient of max pooling, which goes to the first of equal values', () =>
    expectSame(`
      ...[[[2, 2], [2, 2], 'valid'], [[3, 3], [2, 2], 'same'], [[2, 3], [1, 2], 'valid'], [[3, 2], [3, 1], 1],
        [[5, 5], [1, 1], 2]].map(([size, strides, pad]) =>
        tf.grad((x) => tf.maxPool(x, size, strides, pad, ...(Number(pad) ? ['floor'] : [])))(
          tf.reshape(tf.mod(tf.range(0, 2 * 6 * 7 * 3), 4), [2, 6, 7, 3])))`));

  it('sums of five and six axes', () =>
    expectSame(`
      tf.add(tf.ones([2, 3, 2, 2, 8]), tf.range(0, 8)), tf.mul(tf.range(0, 8), tf.ones([2, 3, 2, 2, 8])),
      tf.add(tf.ones([2, 2, 2, 2, 2, 8]), tf.range(0, 8))`));

  it('training: five steps of a LeNet lose what they lose on cpu', async () => {
    const script = `
      const { createModel } = await import('tfjs-zoo');
      await backends.use('cpu');
      const model = await createModel('lenet', { numClasses: 10 });
      const start = await model.stateDict();
      const images = tf.sin(tf.reshape(tf.range(0, 8 * 28 * 28), [8, 28, 28, 1]));
      const labels = tf.tensor1d(Array.from({ length: 8 }, (_, i) => i), 'int32');
      const criterion = new nn.CrossEntropyLoss();
      result = [];
      for (const name of ['cpu', 'webgpu']) {
        await backends.use(name);
        await model.loadStateDict(start);
        const optimizer = tf.train.sgd(0.1);
        const losses = [];
        for (let step = 0; step < 5; step++) {
          const loss = optimizer.minimize(() => criterion.forward(model.forward(images), labels), true);
          losses.push((await loss.data())[0]);
          loss.dispose();
        }
        result.push(losses);
      }`;
    const [want, got] = (await resultOf(script)) as [number[], number[]];
    expect(want).to.have.length(5);
    expect(want.at(-1)).to.be.below(want[0]!);
    for (const [step, loss] of want.entries()) expect(got[step], `step ${step}`).to.be.closeTo(loss, 1e-3 * loss);
  });
});
