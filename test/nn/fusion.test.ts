import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, manualSeed, nn } from 'tfjs-zoo';
import { BatchNormAct2d, Conv2dSame } from '../../src/nn/timm/index.js';
import { forEachBackend } from '../support/backends.js';

/** Statistics as training leaves them, and not the initial ones, which change nothing. */
function withStatistics<Norm extends nn.BatchNorm2d | nn.BatchNorm1d>(norm: Norm): Norm {
  const count = norm.numFeatures;
  const vector = (seed: number, low: number, high: number) => tf.randomUniform([count], low, high, 'float32', seed);
  const assign = (state: { value: tf.Variable } | null, tensor: tf.Tensor) => {
    state?.value.assign(tensor);
    tensor.dispose();
  };
  assign(norm.running_mean, vector(1, -1, 1));
  assign(norm.running_var, vector(2, 0.2, 3));
  assign(norm.weight, vector(3, -2, 2));
  assign(norm.bias, vector(4, -1, 1));
  return norm;
}

/** What the modules compute one by one. */
function oneByOne(net: nn.Sequential, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => [...net].reduce((activation, module) => module.forward(activation) as tf.Tensor, x));
}

async function expectSame(got: tf.Tensor, want: tf.Tensor): Promise<void> {
  expect(got.shape).to.deep.equal(want.shape);
  const [a, b] = [[...(await got.data())], [...(await want.data())]];
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const error = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  expect(error / largest).to.be.below(1e-5);
  tf.dispose([got, want]);
}

/** Kernels that run while `fn` does. */
async function kernelsOf(fn: () => tf.Tensor): Promise<string[]> {
  const { kernelNames } = await tf.profile(() => tf.dispose(fn()) as never);
  return kernelNames;
}

const conv = (options: nn.Conv2dOptions = {}) => new nn.Conv2d(4, 6, 3, { padding: 1, ...options });
const norm = (options: nn.NormOptions = {}) => withStatistics(new nn.BatchNorm2d(6, options));

const normWith = (act?: nn.AnyModule) => withStatistics(new BatchNormAct2d(6, act));

const nets: Record<string, () => nn.Sequential> = {
  'convolution, BatchNorm, ReLU': () => new nn.Sequential(conv(), norm(), new nn.ReLU()),
  'convolution without bias, BatchNorm, ReLU6': () => new nn.Sequential(conv({ bias: false }), norm(), new nn.ReLU6()),
  'convolution, BatchNorm without affine': () => new nn.Sequential(conv(), norm({ affine: false })),
  'convolution, BatchNorm without bias, ReLU': () => new nn.Sequential(conv(), norm({ bias: false }), new nn.ReLU()),
  'convolution, BatchNorm without statistics, ReLU': () =>
    new nn.Sequential(conv(), new nn.BatchNorm2d(6, { trackRunningStats: false }), new nn.ReLU()),
  'convolution, ReLU, BatchNorm': () => new nn.Sequential(conv(), new nn.ReLU(), norm()),
  'strides, dilation and mirrors': () =>
    new nn.Sequential(conv({ stride: [2, 1], dilation: 2, paddingMode: 'reflect' }), norm(), new nn.ReLU()),
  groups: () => new nn.Sequential(conv({ groups: 2 }), norm(), new nn.ReLU()),
  'a depthwise convolution': () =>
    new nn.Sequential(
      new nn.Conv2d(4, 8, 3, { groups: 4, padding: 1, stride: 2 }),
      withStatistics(new nn.BatchNorm2d(8)),
      new nn.ReLU6(),
    ),
  'a depthwise convolution, ReLU': () => new nn.Sequential(new nn.Conv2d(4, 8, 3, { groups: 4 }), new nn.ReLU()),
  'a depthwise convolution of unequal strides': () =>
    new nn.Sequential(new nn.Conv2d(4, 8, 3, { groups: 4, stride: [1, 2] }), new nn.ReLU()),
  "TensorFlow's padding, BatchNorm with a ReLU6 of its own": () =>
    new nn.Sequential(new Conv2dSame(4, 6, 3, { stride: 2 }), normWith(new nn.ReLU6())),
  'BatchNorm with a ReLU of its own, ReLU': () => new nn.Sequential(conv(), normWith(new nn.ReLU()), new nn.ReLU()),
  'BatchNorm with no activation of its own, another': () =>
    new nn.Sequential(conv(), normWith(), new nn.Conv2d(6, 6, 1), normWith(new nn.ReLU())),
  'BatchNorm with an activation that no convolution computes': () =>
    new nn.Sequential(conv(), normWith(new nn.SiLU()), new nn.ReLU()),
  'two groups behind each other': () =>
    new nn.Sequential(
      conv(),
      norm(),
      new nn.ReLU(),
      new nn.Conv2d(6, 6, 1),
      norm(),
      new nn.ReLU6(),
      new nn.MaxPool2d(2),
    ),
  'linear, BatchNorm, ReLU': () =>
    new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(4 * 7 * 6, 5),
      withStatistics(new nn.BatchNorm1d(5)),
      new nn.ReLU(),
      new nn.Linear(5, 3, { bias: false }),
      withStatistics(new nn.BatchNorm1d(3)),
    ),
};

describe('layers computed together', () => {
  forEachBackend((backend) => {
    /** Declares a test that is given a batch of images. */
    const itTakes = (what: string, test: (x: tf.Tensor) => Promise<void> | void) =>
      it(what, async () => {
        manualSeed(0);
        const x = tf.randomNormal([3, 7, 6, 4], 0, 2, 'float32', 5);
        try {
          await test(x);
        } finally {
          x.dispose();
        }
      });

    for (const [name, build] of Object.entries(nets)) {
      itTakes(`give what they give one by one: ${name}`, async (x) => {
        using net = build().eval();
        await expectSame(net.forward(x), oneByOne(net, x));
      });
    }

    itTakes('leave no tensors behind, the first time neither', (x) => {
      using net = nets['convolution, BatchNorm, ReLU']!().eval();
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) net.forward(x).dispose();
      expect(tf.memory().numTensors).to.equal(before);
    });

    itTakes('are one op', async (x) => {
      using net = nets['convolution, BatchNorm, ReLU']!().eval();
      const kernels = await kernelsOf(() => net.forward(x));
      // tfjs-node's fused convolution is made of others.
      const want = { cpu: ['FusedConv2D'], wasm: ['InferenceConv2D'], tensorflow: ['Relu', 'FusedConv2D'] };
      const ops = kernels.filter((kernel) => /Norm|Relu|Conv/.test(kernel) && !kernel.endsWith('__op'));
      expect(ops).to.deep.equal(want[backend]);
    });

    itTakes('follow every change of their state', async (x) => {
      using net = nets['convolution, BatchNorm, ReLU']!().eval();
      net.forward(x).dispose();
      const states = [...net.parameters(), ...[...net.buffers()].filter((buffer) => buffer instanceof nn.Buffer)];
      expect(states).to.have.length(6);
      for (const state of states) {
        const changed = tf.tidy(() => tf.add(tf.mul(state.value, 1.5), 0.1));
        state.value.assign(changed);
        changed.dispose();
        await expectSame(net.forward(x), oneByOne(net, x));
      }
      net.train().forward(x).dispose(); // moves the running statistics
      net.eval();
      await expectSame(net.forward(x), oneByOne(net, x));
      using other = nets['convolution, BatchNorm, ReLU']!();
      net.loadStateDict(await other.stateDict());
      await expectSame(net.forward(x), oneByOne(net, x));
    });

    itTakes('follow eps, in plain JavaScript', async (x) => {
      using net = new nn.Sequential(conv(), norm()).eval();
      net.forward(x).dispose();
      Object.assign(net.at(1), { eps: 1 });
      await expectSame(net.forward(x), oneByOne(net, x));
    });

    itTakes('are not computed together where a class was given another forward', (x) => {
      const { forward } = nn.BatchNorm2d.prototype;
      let calls = 0;
      nn.BatchNorm2d.prototype.forward = function (input) {
        calls++;
        return forward.call(this, input);
      };
      try {
        using net = new nn.Sequential(conv(), norm(), new nn.ReLU()).eval();
        net.forward(x).dispose();
        expect(calls).to.equal(1);
      } finally {
        Reflect.deleteProperty(nn.BatchNorm2d.prototype, 'forward'); // it was inherited
      }
    });

    it('hold weights of their own in evaluation mode only, on wasm a factor for each channel', () => {
      using net = nets['convolution, BatchNorm, ReLU']!();
      const { numTensors, numBytes } = tf.memory();
      net.eval();
      expect(tf.memory().numTensors).to.equal(numTensors + 2);
      const weights = backend === 'wasm' ? 6 : 3 * 3 * 4 * 6;
      expect(tf.memory().numBytes).to.equal(numBytes + 4 * (weights + 6));
      net.train();
      expect(tf.memory()).to.include({ numTensors, numBytes });
    });

    itTakes('follow when another backend computes', async (x) => {
      const other = backend === 'cpu' ? 'wasm' : 'cpu';
      using net = nets['convolution, BatchNorm, ReLU']!().eval();
      net.forward(x).dispose();
      await backends.use(other);
      const moved = net.forward(x);
      const want = oneByOne(net, x);
      await expectSame(moved, want);
      await backends.use(backend);
      await expectSame(net.forward(x), oneByOne(net, x));
    });

    itTakes('let gradients through each of them, in evaluation mode too', async (x) => {
      using net = nets['convolution, BatchNorm, ReLU']!().eval();
      const loss = (forward: () => tf.Tensor) => () => tf.sum(tf.square(forward())) as tf.Scalar;
      const fused = tf.variableGrads(loss(() => net.forward(x)));
      const plain = tf.variableGrads(loss(() => oneByOne(net, x)));
      expect(Object.keys(fused.grads)).to.have.length(4);
      for (const [name, grad] of Object.entries(fused.grads)) await expectSame(grad, plain.grads[name]!);
      tf.dispose([fused.value, plain.value]);
    });

    it('keep NaN', async () => {
      // Neither relu6 on wasm nor a pool keeps it when alone.
      for (const name of Object.keys(nets).filter((each) => !/ReLU6|a depthwise convolution$|two groups/.test(each))) {
        using net = nets[name]!().eval();
        const y = tf.tidy(() => net.forward(tf.fill([3, 7, 6, 4], Number.NaN)));
        expect((await y.data()).every(Number.isNaN), name).to.equal(true);
        y.dispose();
      }
    });
  });
});
