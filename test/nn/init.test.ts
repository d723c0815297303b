import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, manualSeed, nn } from 'tfjs-zoo';
import { expectError, valuesOf } from './support.js';

/** The values of a parameter in PyTorch's order, after `init`. */
async function valuesAfter(module: nn.AnyModule, init: (weight: nn.Parameter) => void): Promise<number[]> {
  using owner = module;
  init((owner as nn.Linear).weight);
  return Array.from((await owner.stateDict()).get('weight')!.data, Number);
}

/**
 * Kolmogorov's distance of values from a distribution whose density is proportional to `density`, times the root of their number:
 * over 1.95 in one of a thousand cases.
 */
function distance(values: number[], density: (x: number) => number, low: number, high: number): number {
  const points = [low, ...[...values].sort((a, b) => a - b), high];
  // Simpson's rule from value to value.
  let sum = 0;
  const areas = points.slice(1).map((x, i) => {
    const before = points[i]!;
    sum += ((x - before) / 6) * (density(before) + 4 * density((x + before) / 2) + density(x));
    return sum;
  });
  const largest = areas.slice(0, -1).reduce((worst, area, i) => {
    const share = area / sum;
    return Math.max(worst, share - i / values.length, (i + 1) / values.length - share);
  }, 0);
  return largest * Math.sqrt(values.length);
}

describe('nn.init.truncNormal', () => {
  before(() => backends.use('cpu'));
  beforeEach(() => manualSeed(7));

  for (const [name, options] of [
    ['by default', {}],
    ['around 0 and narrow', { a: -0.5, b: 0.3 }],
    ['from the mean on', { a: 0, b: 3 }],
    ['on one side, and wide', { a: 1, b: 10 }],
    ['on one side, and narrow', { a: 0.2, b: 0.25 }],
    ['below the mean', { a: -4, b: -1 }],
    ['far out', { a: 6, b: 1e9 }],
    ['far out on the other side', { a: -41, b: -40 }],
    ['with a mean and a deviation', { mean: 5, std: 0.1, a: 4.9, b: 5.3 }],
    ['with bounds far behind the mean', { mean: 1, std: 2, a: -300, b: -19 }],
    ['without bounds', { mean: 3, std: 2, a: Number.NEGATIVE_INFINITY, b: Number.POSITIVE_INFINITY }],
  ] as const) {
    it(`follows the distribution ${name}`, async () => {
      const { mean = 0, std = 1, a = -2, b = 2 } = options as nn.init.TruncNormalOptions;
      const values = await valuesAfter(new nn.Linear(100, 200), (weight) => nn.init.truncNormal(weight, options));
      const [min, max] = [Math.min(...values), Math.max(...values)];
      expect(min).to.be.at.least(Math.fround(a));
      expect(max).to.be.at.most(Math.fround(b));
      const mode = Math.min(Math.max(mean, a), b);
      const density = (x: number) => Math.exp(((mode - mean) ** 2 - (x - mean) ** 2) / (2 * std ** 2));
      // Where the density is next to nothing it is not integrated.
      const [low, high] = [Math.max(a, min - 0.1 * std), Math.min(b, max + 0.1 * std)];
      expect(distance(values, density, low, high)).to.be.lessThan(1.95);
    });
  }

  it('ends quickly however far out the bounds lie', async () => {
    for (const [a, b] of [
      [1e3, 1e30],
      [1e6, Number.POSITIVE_INFINITY],
      [1e30, 1e31],
      [-1e30, -1e29],
      [0, 1e-30],
      [0, 1e30],
    ] as const) {
      const values = await valuesAfter(new nn.Linear(10, 10), (weight) => nn.init.truncNormal(weight, { a, b }));
      for (const value of values) expect(value).to.be.within(Math.fround(a), Math.fround(b));
    }
  });

  it('wants bounds in order and a positive deviation', () => {
    using linear = new nn.Linear(2, 2);
    for (const [a, b, std] of [
      [1, -1, 1],
      [1, 1, 1],
      [-1, 1, 0],
      [-1, 1, Number.NaN],
    ] as const) {
      expectError(
        () => nn.init.truncNormal(linear.weight, { a, b, std }),
        'ShapeError',
        `init.truncNormal: expected a below b and a positive std, got a ${a}, b ${b} and std ${std}. Correct them, or use init.constant.`,
      );
    }
  });
});

describe('nn.init.orthogonal', () => {
  before(() => backends.use('cpu'));
  beforeEach(() => manualSeed(7));

  for (const [name, build, rows] of [
    ['a square matrix', () => new nn.Linear(64, 64), 64],
    ['more rows than columns', () => new nn.Linear(7, 33), 33],
    ['more columns than rows', () => new nn.Linear(33, 6), 6],
    ['one row', () => new nn.Linear(9, 1), 1],
    ['one column', () => new nn.Linear(1, 9), 9],
    ['one value', () => new nn.Linear(1, 1), 1],
    ['filters, flattened', () => new nn.Conv2d(4, 8, 3), 8],
    ['more filters than values in each', () => new nn.Conv2d(2, 24, 3, { groups: 2 }), 24],
  ] as const) {
    it(`makes ${name} orthogonal, to the gain`, async () => {
      const gain = Math.SQRT2;
      const values = await valuesAfter(build(), (weight) => nn.init.orthogonal(weight, { gain }));
      const columns = values.length / rows;
      const at = (row: number, column: number) => values[row * columns + column]!;
      const count = Math.min(rows, columns);
      const vector = (k: number) =>
        rows < columns
          ? values.slice(k * columns, (k + 1) * columns)
          : Array.from({ length: rows }, (_, i) => at(i, k));
      for (let a = 0; a < count; a++) {
        for (let b = 0; b <= a; b++) {
          const [x, y] = [vector(a), vector(b)];
          const product = x.reduce((sum, value, i) => sum + value * y[i]!, 0);
          expect(product, `${a} · ${b}`).to.be.closeTo(a === b ? gain ** 2 : 0, 1e-5);
        }
      }
    });
  }

  it('turns and reflects evenly: the angle of a 2 × 2 matrix is uniform, and both orientations occur', async () => {
    const angles: number[] = [];
    let reflections = 0;
    for (let i = 0; i < 2000; i++) {
      const [a, b, c, d] = (await valuesAfter(new nn.Linear(2, 2), nn.init.orthogonal)) as [
        number,
        number,
        number,
        number,
      ];
      angles.push(Math.atan2(c, a));
      if (a * d - b * c < 0) reflections++;
    }
    expect(distance(angles, () => 1, -Math.PI, Math.PI)).to.be.lessThan(1.95);
    expect(reflections / 2000).to.be.closeTo(0.5, 0.04);
  });

  it('gives each entry the spread of an even frame', async () => {
    // A coordinate of an even unit vector of n = 3 coordinates is uniform over −1 … 1: Archimedes.
    const values: number[] = [];
    for (let i = 0; i < 700; i++) {
      const frame = await valuesAfter(new nn.Linear(2, 3), nn.init.orthogonal);
      values.push(frame[i % 6]!);
    }
    expect(distance(values, () => 1, -1, 1)).to.be.lessThan(1.95);
  });

  it('makes the weight of a large linear layer in seconds', async function () {
    this.timeout(60_000);
    const values = await valuesAfter(new nn.Linear(512, 1024), nn.init.orthogonal);
    const square = values.reduce((sum, value) => sum + value ** 2, 0);
    expect(square).to.be.closeTo(512, 1e-2);
  });
});

describe('nn.init.eye, dirac and sparse', () => {
  before(() => backends.use('cpu'));
  beforeEach(() => manualSeed(7));

  it('eye passes inputs of a linear layer unchanged', async () => {
    expect(await valuesAfter(new nn.Linear(3, 2), nn.init.eye)).to.deep.equal([1, 0, 0, 0, 1, 0]);
    expect(await valuesAfter(new nn.Linear(2, 3), nn.init.eye)).to.deep.equal([1, 0, 0, 1, 0, 0]);
  });

  it('dirac passes channels of a convolution unchanged, in each group', async () => {
    for (const [conv, groups] of [
      [new nn.Conv2d(4, 4, 3, { padding: 1, bias: false }), 1],
      [new nn.Conv2d(4, 4, [3, 5], { padding: [1, 2], groups: 2, bias: false }), 2],
    ] as const) {
      nn.init.dirac(conv.weight, { groups });
      const x = tf.randomNormal([1, 5, 6, 4]);
      const y = conv.forward(x);
      expect(await valuesOf(y)).to.deep.equal(await valuesOf(x));
      tf.dispose([x, y]);
      conv.dispose();
    }
  });

  it('dirac sets one value a filter, in the middle of its kernel, while there are channels', async () => {
    const ones = (values: number[]) => values.flatMap((value, i) => (value === 1 ? [i] : value === 0 ? [] : [-1]));
    // [3, 2, 2, 3]: filters 0 and 1 see their channels at row 1, column 1; filter 2 has none.
    expect(ones(await valuesAfter(new nn.Conv2d(2, 3, [2, 3]), nn.init.dirac))).to.deep.equal([4, 22]);
    // [4, 1, 1, 1] in two groups: filters 0 and 2.
    const grouped = new nn.Conv2d(2, 4, 1, { groups: 2 });
    expect(ones(await valuesAfter(grouped, (w) => nn.init.dirac(w, { groups: 2 })))).to.deep.equal([0, 2]);
  });

  it('sparse zeroes a share of each column, and spreads it over the rows', async () => {
    const [rows, columns] = [10, 400];
    const values = await valuesAfter(new nn.Linear(columns, rows), (w) => nn.init.sparse(w, 0.25, { std: 2 }));
    const isZero = (row: number, column: number) => values[row * columns + column] === 0;
    const rowNumbers = Array.from({ length: rows }, (_, row) => row);
    for (let column = 0; column < columns; column++) {
      expect(rowNumbers.filter((row) => isZero(row, column))).to.have.length(3);
    }
    for (const row of rowNumbers) {
      const zeros = values.slice(row * columns, (row + 1) * columns).filter((value) => value === 0).length;
      expect(zeros).to.be.within(80, 160);
    }
    const rest = values.filter((value) => value !== 0);
    expect(Math.sqrt(rest.reduce((sum, value) => sum + value ** 2, 0) / rest.length)).to.be.closeTo(2, 0.1);
    for (const [sparsity, left] of [
      [0, 20],
      [1, 0],
    ] as const) {
      const all = await valuesAfter(new nn.Linear(4, 5), (w) => nn.init.sparse(w, sparsity));
      expect(all.filter((value) => value !== 0)).to.have.length(left);
    }
  });

  it('are remembered by a lazy layer, with the shape it takes', async () => {
    using linear = new nn.LazyLinear(3);
    using conv = new nn.LazyConv2d(2, 3);
    nn.init.orthogonal(linear.weight, { gain: 3 });
    nn.init.dirac(conv.weight);
    tf.tidy(() => {
      linear.forward(tf.ones([1, 8]));
      conv.forward(tf.ones([1, 4, 4, 2]));
    });
    const weight = Array.from((await linear.stateDict()).get('weight')!.data, Number);
    const row = (k: number) => weight.slice(k * 8, (k + 1) * 8);
    expect(row(0).reduce((sum, value) => sum + value ** 2, 0)).to.be.closeTo(9, 1e-5);
    expect(row(0).reduce((sum, value, i) => sum + value * row(1)[i]!, 0)).to.be.closeTo(0, 1e-5);
    const filters = Array.from((await conv.stateDict()).get('weight')!.data, Number);
    expect(filters.flatMap((value, i) => (value ? [i] : []))).to.deep.equal([4, 31]);
  });

  it('want the dimensions they are for, of a lazy layer at once', () => {
    const wants = (who: string, dimensions: string, shape: string) =>
      `init.${who}: expected a weight of ${dimensions} dimensions, got shape ${shape}. Use init.uniform or init.normal.`;
    using linear = new nn.Linear(2, 3);
    using lazy = new nn.LazyLinear(3);
    using conv = new nn.Conv2d(2, 4, 1);
    for (const [use, message] of [
      [() => nn.init.eye(conv.weight), wants('eye', '2', '[4, 2, 1, 1]')],
      [() => nn.init.sparse(conv.weight, 0.5), wants('sparse', '2', '[4, 2, 1, 1]')],
      [() => nn.init.dirac(linear.weight), wants('dirac', '3 to 5', '[3, 2]')],
      [() => nn.init.orthogonal(lazy.bias!), wants('orthogonal', 'at least 2', '[3]')],
      [
        () => nn.init.dirac(conv.weight, { groups: 3 }),
        'init.dirac: expected groups to divide the 4 filters, got 3. Give the groups of the convolution.',
      ],
      [
        () => nn.init.dirac(conv.weight, { groups: 0 }),
        'init.dirac: expected groups to divide the 4 filters, got 0. Give the groups of the convolution.',
      ],
      ...[-0.1, 1.1, Number.NaN].map(
        (share) =>
          [
            () => nn.init.sparse(linear.weight, share),
            `init.sparse: expected a sparsity from 0 to 1, got ${share}. Give the share of zeros, such as 0.9.`,
          ] as const,
      ),
    ] as const) {
      expectError(use, 'ShapeError', message);
    }
    const notThere = { keep_dims: 1 } as object;
    for (const [use, known] of [
      [() => nn.init.dirac(conv.weight, notThere), 'dirac: expected an options object with groups'],
      [() => nn.init.orthogonal(conv.weight, notThere), 'orthogonal: expected an options object with gain, generator'],
      [() => nn.init.sparse(linear.weight, 0, notThere), 'sparse: expected an options object with std, generator'],
      [
        () => nn.init.truncNormal(linear.weight, notThere),
        'truncNormal: expected an options object with mean, std, a, b, generator',
      ],
    ] as const) {
      expectError(use, 'ZooError', `init.${known}, got option 'keep_dims'. Correct its name or leave it out.`);
    }
    expectError(
      () => nn.init.eye(null as never),
      'ZooError',
      'init.eye: expected a Parameter, such as layer.weight, got null. ' +
        'Pass the parameter itself and not its value; a layer without a bias has null there.',
    );
  });
});

describe('nn.init', () => {
  before(() => backends.use('cpu'));

  it("knows PyTorch's gains, those of all convolutions", () => {
    for (const name of [
      ...([
        'linear',
        'conv1d',
        'conv2d',
        'conv3d',
        'conv_transpose1d',
        'conv_transpose2d',
        'conv_transpose3d',
      ] as const),
      'sigmoid',
    ] as const) {
      expect(nn.init.calculateGain(name), name).to.equal(1);
    }
    expect(nn.init.calculateGain('leaky_relu', null)).to.equal(Math.sqrt(2 / (1 + 0.01 ** 2)));
    expect(nn.init.calculateGain('leaky_relu', 0)).to.equal(Math.SQRT2);
    expectError(
      () => nn.init.calculateGain('leaky_relu', true as never),
      'ZooError',
      'init.calculateGain: expected the negative slope of leaky_relu as a number, got boolean. Give one such as 0.01.',
    );
  });

  it('draws from a generator that is given, wherever the seed stands', async () => {
    const inits: [string, (weight: nn.Parameter, generator: nn.Random | null) => void][] = [
      ['uniform', (w, generator) => nn.init.uniform(w, { generator })],
      ['normal', (w, generator) => nn.init.normal(w, { generator })],
      ['truncNormal', (w, generator) => nn.init.truncNormal(w, { generator })],
      ['xavierUniform', (w, generator) => nn.init.xavierUniform(w, { generator })],
      ['xavierNormal', (w, generator) => nn.init.xavierNormal(w, { generator })],
      ['kaimingUniform', (w, generator) => nn.init.kaimingUniform(w, { generator })],
      ['kaimingNormal', (w, generator) => nn.init.kaimingNormal(w, { generator })],
      ['orthogonal', (w, generator) => nn.init.orthogonal(w, { generator })],
      ['sparse', (w, generator) => nn.init.sparse(w, 0.5, { generator })],
    ];
    for (const [name, init] of inits) {
      const drawn = (generator: nn.Random | null) => valuesAfter(new nn.Linear(3, 4), (w) => init(w, generator));
      const first = await drawn(new nn.Random(9));
      expect(await drawn(new nn.Random(9)), name).to.deep.equal(first);
      expect(await drawn(new nn.Random(8)), name).not.to.deep.equal(first);
      expect(await drawn(null), name).not.to.deep.equal(first);
      const message = `init.${name}: expected generator to be an nn.Random, got number. Give new nn.Random(seed), or leave it out.`;
      using linear = new nn.Linear(3, 4);
      expectError(() => init(linear.weight, 9 as never), 'ZooError', message);
    }
  });

  it("counts fans in PyTorch's shape, of filters as of matrices", async () => {
    const bound = async (module: nn.AnyModule, init: (weight: nn.Parameter) => void) => {
      const values = await valuesAfter(module, init);
      return Math.max(...values.map(Math.abs));
    };
    // [out, in / groups, kernel]: fanIn 3 · 15, fanOut 200 · 15
    const conv = () => new nn.Conv2d(6, 200, [3, 5], { groups: 2 });
    const within = (value: number, limit: number) => expect(value).to.be.within(0.99 * limit, limit);
    within(await bound(conv(), nn.init.xavierUniform), Math.sqrt(6 / (45 + 3000)));
    within(await bound(conv(), nn.init.kaimingUniform), Math.sqrt(6 / 45));
    within(await bound(conv(), (w) => nn.init.kaimingUniform(w, { mode: 'fan_out' })), Math.sqrt(6 / 3000));
    within(
      await bound(new nn.Linear(100, 50), (w) => nn.init.kaimingUniform(w, { nonlinearity: 'conv_transpose2d' })),
      Math.sqrt(3 / 100),
    );
  });
});
