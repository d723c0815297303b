import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, manualSeed, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { valuesOf } from './support.js';

interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

function momentsOf(values: number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return { mean, std: Math.sqrt(variance), min, max };
}

/** Fails unless the values spread over [low, high) as a uniform distribution does. */
function expectUniform(values: number[], low: number, high: number): void {
  const { mean, std, min, max } = momentsOf(values);
  const width = high - low;
  expect(min).to.be.within(low, low + width / 100);
  expect(max).to.be.within(high - width / 100, high);
  expect(mean).to.be.closeTo((low + high) / 2, width / 50);
  expect(std).to.be.closeTo(width / Math.sqrt(12), width / 50);
}

function expectNormal(values: number[], mean: number, std: number): void {
  const got = momentsOf(values);
  expect(got.mean).to.be.closeTo(mean, std / 20);
  expect(got.std).to.be.closeTo(std, std / 20);
  const within = values.filter((value) => Math.abs(value - mean) < std).length / values.length;
  expect(within, 'share within one deviation').to.be.closeTo(0.6827, 0.02);
  expect(got.max).to.be.greaterThan(mean + 3 * std);
}

describe('nn.init', () => {
  before(() => backends.use('cpu'));
  beforeEach(() => manualSeed(1));

  // 64 · 8 · 5 · 5 values; fanIn = 8 · 25 = 200, fanOut = 64 · 25 = 1600
  const conv = () => new nn.Conv2d(8, 64, 5);
  const filledBy = async (init: (parameter: nn.Parameter) => void) => {
    using layer = conv();
    init(layer.weight);
    return valuesOf(layer.weight.value);
  };

  it('fills with constants', async () => {
    expect(new Set(await filledBy((w) => nn.init.constant(w, 2.5)))).to.deep.equal(new Set([2.5]));
    expect(new Set(await filledBy(nn.init.zeros))).to.deep.equal(new Set([0]));
    expect(new Set(await filledBy(nn.init.ones))).to.deep.equal(new Set([1]));
  });

  it('fills uniformly and normally', async () => {
    expectUniform(await filledBy(nn.init.uniform), 0, 1);
    expectUniform(await filledBy((w) => nn.init.uniform(w, { a: -3, b: -1 })), -3, -1);
    expectNormal(await filledBy(nn.init.normal), 0, 1);
    expectNormal(await filledBy((w) => nn.init.normal(w, { mean: 5, std: 0.1 })), 5, 0.1);
  });

  it("has Xavier's and Kaiming's bounds", async () => {
    const xavier = Math.sqrt(6 / (200 + 1600));
    expectUniform(await filledBy(nn.init.xavierUniform), -xavier, xavier);
    expectUniform(await filledBy((w) => nn.init.xavierUniform(w, { gain: 2 })), -2 * xavier, 2 * xavier);
    expectNormal(await filledBy(nn.init.xavierNormal), 0, Math.sqrt(2 / 1800));
    const kaiming = Math.sqrt(6 / 200);
    expectUniform(await filledBy(nn.init.kaimingUniform), -kaiming, kaiming);
    expectNormal(
      await filledBy((w) => nn.init.kaimingNormal(w, { mode: 'fan_out', nonlinearity: 'relu' })),
      0,
      Math.sqrt(2 / 1600),
    );
    const leaky = Math.sqrt(2 / (1 + 25)) * Math.sqrt(3 / 200);
    expectUniform(await filledBy((w) => nn.init.kaimingUniform(w, { a: 5 })), -leaky, leaky);
  });

  it("knows PyTorch's gains", () => {
    const gains = (['linear', 'conv2d', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu'] as const).map((name) =>
      nn.init.calculateGain(name),
    );
    expect(gains).to.deep.equal([1, 1, 1, 5 / 3, Math.SQRT2, Math.sqrt(2 / (1 + 0.01 ** 2)), 0.75]);
    expect(nn.init.calculateGain('leaky_relu', 0.2)).to.equal(Math.sqrt(2 / 1.04));
  });

  it("layers begin within PyTorch's bounds: 1 / sqrt(fanIn)", async () => {
    using grouped = new nn.Conv2d(16, 256, 5, { groups: 2 });
    const bound = 1 / Math.sqrt(8 * 25);
    expectUniform(await valuesOf(grouped.weight.value), -bound, bound);
    expectUniform([...(await valuesOf(grouped.bias!.value))].concat(-bound + 1e-9, bound - 1e-9), -bound, bound);
    using linear = new nn.Linear(50, 2000);
    expectUniform(await valuesOf(linear.weight.value), -1 / Math.sqrt(50), 1 / Math.sqrt(50));
    expectUniform(await valuesOf(linear.bias!.value), -1 / Math.sqrt(50), 1 / Math.sqrt(50));
    using lazy = new nn.LazyLinear(2000);
    tf.tidy(() => lazy.forward(tf.ones([1, 50])).dispose());
    expectUniform(await valuesOf(lazy.weight.value), -1 / Math.sqrt(50), 1 / Math.sqrt(50));
    expectUniform(await valuesOf(lazy.bias!.value), -1 / Math.sqrt(50), 1 / Math.sqrt(50));
  });

  it('repeats after manualSeed, and differs without', async () => {
    const sample = async () => {
      using layer = conv();
      return (await valuesOf(layer.weight.value)).slice(0, 8);
    };
    manualSeed(3);
    const first = await sample();
    const second = await sample();
    manualSeed(3);
    expect(await sample()).to.deep.equal(first);
    expect(await sample()).to.deep.equal(second);
    expect(second).not.to.deep.equal(first);
    manualSeed(4);
    expect(await sample()).not.to.deep.equal(first);
  });

  it('draws the same for a parameter whenever it comes into being', async () => {
    const state = async (order: ('a' | 'b')[]) => {
      manualSeed(5);
      const lazy = { a: new nn.LazyLinear(2), b: new nn.LazyLinear(2) };
      tf.tidy(() => {
        for (const name of order) lazy[name].forward(tf.ones([1, 3]));
      });
      const values = [await valuesOf(lazy.a.weight.value), await valuesOf(lazy.b.bias!.value)];
      for (const layer of Object.values(lazy)) layer.dispose();
      return values;
    };
    expect(await state(['b', 'a'])).to.deep.equal(await state(['a', 'b']));
    manualSeed(6);
    using eager = new nn.Linear(2, 2);
    manualSeed(6);
    using skipped = nn.skipInit(() => new nn.Linear(2, 2));
    expect(await valuesOf(skipped.weight.value)).to.deep.equal(await valuesOf(eager.weight.value));
  });

  it('is remembered by parameters that do not exist yet', async () => {
    using net = new nn.Sequential(new nn.LazyConv2d(64, 5), new nn.Flatten(), new nn.LazyLinear(3));
    net.apply((module) => {
      if (module instanceof nn.Linear || module instanceof nn.Conv2d) {
        nn.init.xavierUniform(module.weight);
        if (module.bias) nn.init.constant(module.bias, 1);
      }
    });
    tf.tidy(() => net.forward(tf.zeros([1, 5, 5, 8])).dispose());
    const conv2d = net[0] as nn.Conv2d;
    expectUniform(await valuesOf(conv2d.weight.value), -Math.sqrt(6 / 1800), Math.sqrt(6 / 1800));
    expect(new Set(await valuesOf(conv2d.bias!.value))).to.deep.equal(new Set([1]));
    expect(await valuesOf((net[2] as nn.Linear).bias!.value)).to.deep.equal([1, 1, 1]);
  });
});

describe('Dropout', () => {
  forEachBackend(() => {
    it('keeps the mean, and scales what it keeps by 1 / (1 − p)', async () => {
      manualSeed(2);
      const x = tf.ones([100, 100]);
      const y = new nn.Dropout({ p: 0.3 }).forward(x);
      const values = await valuesOf(y);
      expect(new Set(values)).to.deep.equal(new Set([0, Math.fround(1 / 0.7)]));
      expect(values.filter((value) => value === 0).length / values.length).to.be.closeTo(0.3, 0.02);
      tf.dispose([x, y]);
    });

    it('repeats after manualSeed, and differs from call to call', async () => {
      const x = tf.ones([64]);
      const masks: string[] = [];
      for (const seed of [1, null, 1, 2]) {
        if (seed !== null) manualSeed(seed);
        const y = new nn.Dropout().forward(x);
        masks.push(String(await valuesOf(y)));
        y.dispose();
      }
      expect(masks[2]).to.equal(masks[0]);
      expect(new Set(masks).size).to.equal(3);
      x.dispose();
    });

    it('does nothing in evaluation or with p = 0, and nothing is left with p = 1', async () => {
      const x = tf.tensor1d([1, 2]);
      for (const [module, want] of [
        [new nn.Dropout().eval(), [1, 2]],
        [new nn.Dropout({ p: 0 }), [1, 2]],
        [new nn.Dropout({ p: 1 }), [0, 0]],
      ] as const) {
        const y = module.forward(x);
        expect(y).not.to.equal(x);
        expect(await valuesOf(y)).to.deep.equal(want);
        y.dispose();
      }
      expect(await valuesOf(x)).to.deep.equal([1, 2]);
      x.dispose();
    });

    it('sends the gradient through the same mask', async () => {
      const x = tf.ones([200]);
      const outputs: tf.Tensor[] = [];
      const dropout = new nn.Dropout({ p: 0.25 });
      const gradient = tf.grad((input: tf.Tensor) => {
        outputs.push(tf.keep(dropout.forward(input)));
        return tf.sum(outputs[0]!);
      })(x);
      expect(await valuesOf(gradient)).to.deep.equal(await valuesOf(outputs[0]!));
      tf.dispose([x, gradient, outputs]);
    });
  });
});
