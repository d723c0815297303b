import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { manualSeed, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, Pair, valuesOf } from './support.js';

/** What a module makes of values, and its derivative there. */
async function valuesAndSlopes(module: nn.Module, given: number[]): Promise<{ values: number[]; slopes: number[] }> {
  const x = tf.tensor1d(given);
  const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => module.forward(input))(x);
  const result = { values: await valuesOf(value), slopes: await valuesOf(grad) };
  tf.dispose([x, value, grad]);
  return result;
}

/** Fails unless every value is as near to the one wanted, small or large, as float32 allows, which knows no −0 here. */
function expectNear(what: string, got: number[], want: number[]): void {
  expect(got).to.have.length(want.length);
  for (const [i, value] of want.entries()) {
    expect(got[i], `${what} ${i}`).to.be.closeTo(value, 1e-6 * Math.max(1, Math.abs(value)));
  }
}

const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
/** At −1e20, −1000, −100, 100, 1000 and 1e20, as PyTorch has them in float32. */
const tails: Record<string, [build: () => nn.Module, values: number[], slopes: number[]]> = {
  ReLU: [() => new nn.ReLU(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  ReLU6: [() => new nn.ReLU6(), [0, 0, 0, 6, 6, 6], [0, 0, 0, 0, 0, 0]],
  LeakyReLU: [() => new nn.LeakyReLU(), [-1e18, -10, -1, 100, 1000, 1e20], [0.01, 0.01, 0.01, 1, 1, 1]],
  RReLU: [
    () => new nn.RReLU({ lower: 0.5, upper: 0.5 }),
    [-5e19, -500, -50, 100, 1000, 1e20],
    [0.5, 0.5, 0.5, 1, 1, 1],
  ],
  ELU: [() => new nn.ELU({ alpha: 2 }), [-2, -2, -2, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  SELU: [
    () => new nn.SELU(),
    [...Array(3).fill(-scale * alpha), ...[100, 1000, 1e20].map((x) => scale * x)],
    [0, 0, 0, scale, scale, scale],
  ],
  CELU: [() => new nn.CELU({ alpha: 2 }), [-2, -2, -2, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  GELU: [() => new nn.GELU(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  SiLU: [() => new nn.SiLU(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  Mish: [() => new nn.Mish(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  Hardswish: [() => new nn.Hardswish(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  Hardsigmoid: [() => new nn.Hardsigmoid(), [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0]],
  Hardtanh: [() => new nn.Hardtanh(), [-1, -1, -1, 1, 1, 1], [0, 0, 0, 0, 0, 0]],
  Sigmoid: [() => new nn.Sigmoid(), [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0]],
  Tanh: [() => new nn.Tanh(), [-1, -1, -1, 1, 1, 1], [0, 0, 0, 0, 0, 0]],
  Softplus: [() => new nn.Softplus(), [0, 0, 0, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
  Softsign: [
    () => new nn.Softsign(),
    [-1, -1000 / 1001, -100 / 101, 100 / 101, 1000 / 1001, 1],
    [0, 1001 ** -2, 101 ** -2, 101 ** -2, 1001 ** -2, 0],
  ],
  LogSigmoid: [() => new nn.LogSigmoid(), [-1e20, -1000, -100, 0, 0, 0], [1, 1, 1, 0, 0, 0]],
  Hardshrink: [() => new nn.Hardshrink(), [-1e20, -1000, -100, 100, 1000, 1e20], [1, 1, 1, 1, 1, 1]],
  Softshrink: [() => new nn.Softshrink(), [-1e20, -999.5, -99.5, 99.5, 999.5, 1e20], [1, 1, 1, 1, 1, 1]],
  Tanhshrink: [() => new nn.Tanhshrink(), [-1e20, -999, -99, 99, 999, 1e20], [1, 1, 1, 1, 1, 1]],
  Threshold: [() => new nn.Threshold(0.1, 20), [20, 20, 20, 100, 1000, 1e20], [0, 0, 0, 1, 1, 1]],
};

/** Whose kernel on wasm clips NaN to the lower end. */
const clipped: Record<string, number> = { ReLU6: 0, Hardtanh: -1, Hardsigmoid: 0 };

describe('activations', () => {
  forEachBackend((backend) => {
    for (const [name, [build, values, slopes]] of Object.entries(tails)) {
      it(`${name} has PyTorch's values and slopes where exponentials overflow`, async () => {
        const got = await valuesAndSlopes(build(), [-1e20, -1000, -100, 100, 1000, 1e20]);
        expectNear('value', got.values, values);
        expectNear('slope', got.slopes, slopes);
      });

      it(`${name} has a gradient behind another layer, whose output is freed by then`, async () => {
        const network = new Pair(new nn.Threshold(-1e30, 0), build());
        expectNear('slope', (await valuesAndSlopes(network, [-1000, -100, 100, 1000])).slopes, slopes.slice(1, -1));
      });

      it(`${name} ${backend === 'wasm' && name in clipped ? 'clips NaN' : 'lets NaN through'}`, async () => {
        const { values } = await valuesAndSlopes(build(), [Number.NaN, 1]);
        expect(values[0]).to.deep.equal(backend === 'wasm' ? (clipped[name] ?? Number.NaN) : Number.NaN);
        expect(values[1]).to.satisfy(Number.isFinite);
      });
    }

    it('ReLU has a gradient of its gradient', async () => {
      const result = tf.tidy(() => {
        const squared = (x: tf.Tensor) => tf.sum(tf.square(nn.functional.relu(x))); // slope 2x
        const slopes = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(squared)(x))); // slope 8x
        return tf.grad(slopes)(tf.tensor1d([1, -2, 0, 3]));
      });
      expect(await valuesOf(result)).to.deep.equal([8, 0, 0, 24]);
      result.dispose();
    });

    it("GELU by tanh has PyTorch's values and slopes where exponentials overflow", async () => {
      const got = await valuesAndSlopes(new nn.GELU({ approximate: 'tanh' }), [-1000, -100, 100, 1000]);
      expectNear('value', got.values, [0, 0, 100, 1000]);
      expectNear('slope', got.slopes, [0, 0, 1, 1]);
    });

    it('GELU knows the error function exactly, or nearly when asked', async () => {
      // x · Φ(x), Φ being the normal distribution
      const exact = await valuesAndSlopes(new nn.GELU({ approximate: 'none' }), [-2, 0.5, 1, 3]);
      expectNear('exact', exact.values, [-0.0455002639, 0.3457312306, 0.8413447461, 2.9959503091]);
      const nearly = await valuesAndSlopes(new nn.GELU({ approximate: 'tanh' }), [-2, 0.5, 1, 3]);
      expectNear('nearly', nearly.values, [-0.0454023059, 0.3457140133, 0.8411919906, 2.9963627219]);
    });

    it('Hardswish has at its kinks the slopes of PyTorch since 2.9', async () => {
      const { values, slopes } = await valuesAndSlopes(new nn.Hardswish(), [-6, -3, -1.5, 0, 1.5, 3, 6]);
      expectNear('value', values, [0, 0, -0.375, 0, 1.125, 3, 6]);
      expectNear('slope', slopes, [0, 0, 0, 0.5, 1, 1, 1]);
    });

    it('Softplus keeps the digits of small values', async () => {
      const { values, slopes } = await valuesAndSlopes(new nn.Softplus(), [-20]);
      expect(values[0]! * 1e9).to.be.closeTo(2.061153620314, 1e-4);
      expect(slopes[0]! * 1e9).to.be.closeTo(2.061153618, 1e-4);
    });

    it('Softplus is a line where beta · x is over the threshold', async () => {
      const { values, slopes } = await valuesAndSlopes(new nn.Softplus({ beta: 2, threshold: 1 }), [0.5, 0.625]);
      expectNear('value', values, [Math.log1p(Math.E) / 2, 0.625]);
      expectNear('slope', slopes, [1 / (1 + 1 / Math.E), 1]);
    });

    it('GLU halves the channels of images by PyTorch number, and the width by −1', async () => {
      const x = counting([1, 1, 2, 2]); // [[1, 2], [3, 4]]
      const gated = (value: number, gate: number) => value / (1 + Math.exp(-gate));
      for (const [dim, shape, want] of [
        [1, [1, 1, 2, 1], [gated(1, 2), gated(3, 4)]],
        [-1, [1, 1, 1, 2], [gated(1, 3), gated(2, 4)]],
      ] as const) {
        const y = nn.functional.glu(x, { dim });
        expect(y.shape).to.deep.equal(shape);
        expectNear(`dim ${dim}`, await valuesOf(y), [...want]);
        y.dispose();
      }
      x.dispose();
    });

    it('the range of functional.hardtanh may be one point, as in PyTorch', async () => {
      const x = tf.tensor1d([0, 5]);
      const y = nn.functional.hardtanh(x, { minVal: 2, maxVal: 2 });
      expect(await valuesOf(y)).to.deep.equal([2, 2]);
      tf.dispose([x, y]);
    });
  });
});

describe('RReLU', () => {
  forEachBackend(() => {
    it('draws a slope for each value that is not positive, and uses it in the gradient', async () => {
      manualSeed(1);
      const given = Array.from({ length: 4000 }, (_, i) => [-2, 0, -1, 3][i % 4]!);
      const { values, slopes } = await valuesAndSlopes(new nn.RReLU({ lower: 0.2, upper: 0.6 }), given);
      const below = slopes.filter((_, i) => given[i]! <= 0);
      expect(below.every((slope) => slope >= 0.2 && slope < 0.6)).to.equal(true);
      expect(Math.min(...below)).to.be.lessThan(0.21);
      expect(Math.max(...below)).to.be.greaterThan(0.59);
      expect(below.reduce((sum, slope) => sum + slope, 0) / below.length).to.be.closeTo(0.4, 0.01);
      expect(new Set(slopes.filter((_, i) => given[i]! > 0))).to.deep.equal(new Set([1]));
      expect(values).to.deep.equal(given.map((x, i) => Math.fround(x * slopes[i]!)));
    });

    it('follows manualSeed, and takes the mean slope in evaluation mode', async () => {
      const module = new nn.RReLU();
      const run = async () => (await valuesAndSlopes(module, Array(20).fill(-1))).slopes;
      manualSeed(7);
      const [first, second] = [await run(), await run()];
      manualSeed(7);
      expect(await run()).to.deep.equal(first);
      expect(second).not.to.deep.equal(first);
      module.eval();
      expect(new Set(await run())).to.deep.equal(new Set([Math.fround((1 / 8 + 1 / 3) / 2)]));
    });

    it('its functional form does not train unless asked, as in PyTorch', async () => {
      const x = tf.tensor1d([-1, 2]);
      const y = nn.functional.rrelu(x, { lower: 0.25, upper: 0.75 });
      expect(await valuesOf(y)).to.deep.equal([-0.5, 2]);
      tf.dispose([x, y]);
    });
  });
});

describe('activations printed', () => {
  // Where Debian's PyTorch 1.13, which made the golden files, prints them as it did before; and defaults that those do not have.
  for (const [module, text] of [
    [new nn.Softplus(), 'Softplus(beta=1.0, threshold=20.0)'],
    [new nn.Threshold(1, 20, { inplace: true }), 'Threshold(threshold=1.0, value=20.0, inplace=True)'],
    [new nn.RReLU(), 'RReLU(lower=0.125, upper=0.3333333333333333)'],
    [new nn.Hardtanh({ minVal: 0, inplace: true }), 'Hardtanh(min_val=0.0, max_val=1.0, inplace=True)'],
    [new nn.Softmin(), 'Softmin(dim=None)'],
  ] as const) {
    it(text, () => expect(String(module)).to.equal(text));
  }
});
