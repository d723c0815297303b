import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { startTensorflow } from '../../../src/backends/tensorflow/index.js';
import { needsTensorflow } from '../../support/tools.js';
import { runWith, type Stand } from './support.js';

const packageName = '@tensorflow/tfjs-node';

/** What `backends.use('tensorflow')` says in a process where tfjs-node and tfjs-node-gpu are these, and what computes afterwards. */
async function outcomeWith(cpu: Stand, gpu: Stand): Promise<string> {
  const script = `
    import * as tf from '@tensorflow/tfjs-core';
    import { use } from 'tfjs-zoo/backends';
    await use('wasm');
    const outcome = await use('tensorflow').catch((error) => error.name + ': ' + error.message);
    const sum = tf.add(1, 2);
    console.log(JSON.stringify([outcome, tf.getBackend(), ...(await sum.data())]));`;
  const { code, stdout, stderr } = await runWith({ [packageName]: cpu, [`${packageName}-gpu`]: gpu }, script);
  expect(code, stderr).to.equal(0);
  const [outcome, ...rest] = JSON.parse(stdout);
  expect(rest, 'the backend in use, and what it adds').to.deep.equal(['wasm', 3]);
  return outcome;
}

/** A package that throws what tfjs-node throws. */
const throwing = (message: string): Stand => ({ code: `throw new Error(${JSON.stringify(message)})` });

describe("backends.use('tensorflow') without a tfjs-node that works", function () {
  this.timeout(60_000);

  it('names both packages where there is none', async () => {
    expect(await outcomeWith('missing', 'missing')).to.equal(
      'ZooError: backends.use: expected the package @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu, got neither. ' +
        'Get one with npx tfjs-zoo setup-tensorflow, or with npm install @tensorflow/tfjs-node.',
    );
  });

  it('says in one line that its native part is missing', async () => {
    const message =
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /a/b.node. \n' +
      "Please run command 'npm rebuild @tensorflow/tfjs-node --build-addon-from-source' to rebuild the native addon module. " +
      '\nIf you have problem with building the addon module, please check the page on troubleshooting or file an issue.';
    expect(await outcomeWith(throwing(message), 'missing')).to.equal(
      'ZooError: backends.use: expected @tensorflow/tfjs-node to load, got: ' +
        'The Node.js native addon module (tfjs_binding.node) can not be found at path: /a/b.node. ' +
        'Build its native part with npx tfjs-zoo setup-tensorflow, or choose wasm.',
    );
  });

  it('says which library the one for GPUs lacks', async () => {
    expect(await outcomeWith('missing', throwing('libcudart.so.12: cannot open shared object file'))).to.equal(
      'ZooError: backends.use: expected @tensorflow/tfjs-node-gpu to load, got: libcudart.so.12: cannot open shared object file. ' +
        'Build its native part with npx tfjs-zoo setup-tensorflow --gpu, or choose wasm.',
    );
  });
});

describe("backends.use('tensorflow') (skipped without tfjs-node)", function () {
  this.timeout(60_000);
  before(needsTensorflow);
  afterEach(() => backends.use('cpu'));

  it('computes on TensorFlow', async () => {
    expect((await backends.use('tensorflow')).name).to.equal('tensorflow');
    expect(tf.getBackend()).to.equal('tensorflow');
    const info = await startTensorflow();
    expect(info.package).to.equal(packageName);
    expect(info.version).to.equal(tf.version_core);
    expect(info.libtensorflow).to.match(/^2\.\d+\.\d+/);
  });

  it('leaves the backend in use alone until it is asked for', async () => {
    const script = `
      import * as tf from '@tensorflow/tfjs-core';
      import { use } from 'tfjs-zoo/backends';
      import { startTensorflow } from './src/backends/tensorflow/index.js';
      const names = [tf.getBackend()];
      await use('cpu');
      await startTensorflow();
      names.push(tf.getBackend());
      await use('tensorflow');
      names.push(tf.getBackend());
      console.log(JSON.stringify(names));`;
    const { stdout, stderr } = await runWith({}, script);
    expect(JSON.parse(stdout || '[]'), stderr).to.deep.equal([null, 'cpu', 'tensorflow']);
  });

  it('takes tfjs-node-gpu where that is installed', async () => {
    const script = `
      import { startTensorflow } from './src/backends/tensorflow/index.js';
      console.log((await startTensorflow()).package);`;
    const { stdout, stderr } = await runWith({ [`${packageName}-gpu`]: { as: packageName } }, script);
    expect(stdout, stderr).to.equal('@tensorflow/tfjs-node-gpu\n');
  });

  it('keeps TensorFlow to errors, unless the user wants to hear more', async () => {
    const script = `
      import { use } from 'tfjs-zoo/backends';
      await use('tensorflow');
      console.log(process.env.TF_CPP_MIN_LOG_LEVEL);`;
    const { stdout } = await runWith({}, `delete process.env.TF_CPP_MIN_LOG_LEVEL; ${script}`);
    expect(stdout).to.equal('2\n');
    const { stdout: asSet } = await runWith({}, script, { TF_CPP_MIN_LOG_LEVEL: '0' });
    expect(asSet).to.equal('0\n');
  });

  it("does without what Node 23 has removed from its 'util', and what it warns of", async () => {
    const script = `
      import util from 'node:util';
      import * as tf from '@tensorflow/tfjs-core';
      import { use } from 'tfjs-zoo/backends';
      delete util.isNullOrUndefined;
      util.isArray = util.deprecate(Array.isArray, 'isArray is deprecated', 'DEP0044');
      await use('tensorflow');
      const { values, indices } = tf.topk(tf.tensor1d([3, 1, 4, 1, 5]), 2);
      const both = tf.concat([values, tf.cast(indices, 'float32')]);
      console.log(JSON.stringify([...(await both.data())]));`;
    const { stdout, stderr } = await runWith({}, script);
    expect(JSON.parse(stdout || '[]'), stderr).to.deep.equal([5, 4, 4, 2]);
    expect(stderr).to.not.include('DEP0044');
  });

  it('takes a live model along, its state and its gradients', async () => {
    await backends.use('cpu');
    using model = new nn.Sequential(
      new nn.Conv2d(1, 2, 2, { padding: 1 }),
      new nn.BatchNorm2d(2),
      new nn.MaxPool2d(2, { padding: 1 }),
      new nn.Flatten(),
      new nn.Linear(18, 2),
    );
    const x = tf.reshape(tf.range(0, 16), [1, 4, 4, 1]);
    const results: number[][] = [];
    const states: string[] = [];
    for (const name of ['cpu', 'tensorflow', 'wasm', 'tensorflow', 'cpu'] as const) {
      await backends.use(name);
      model.eval();
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(model.forward(x))));
      const tensors = [value, ...Object.values(grads)];
      results.push((await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]))).flat());
      tf.dispose(tensors);
      states.push(
        JSON.stringify([...(await model.stateDict())].map(([key, { data }]) => [key, Array.from(data, String)])),
      );
    }
    expect(new Set(states).size).to.equal(1);
    const [want, ...others] = results;
    for (const got of others) {
      for (const [i, value] of got.entries())
        expect(value).to.be.closeTo(want![i]!, 1e-4 * Math.max(1, Math.abs(want![i]!)));
    }
    x.dispose();
  });
});
