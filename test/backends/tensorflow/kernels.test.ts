import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { backends, nn } from 'tfjs-zoo';
import { nodeBackend } from '../../../src/backends/tensorflow/backend.js';
import { runNode } from '../../cli/support.js';
import { needsTensorflow } from '../../support/tools.js';
import { runWith } from './support.js';

// What this package puts right of tfjs-node, against the cpu backend.

interface Result {
  readonly shape: number[];
  readonly values: number[];
}

/** What `fn` gives on a backend; nothing but its result may be left, neither tensors nor data. */
async function resultsOn(name: 'cpu' | 'tensorflow', fn: () => tf.Tensor[]): Promise<Result[]> {
  await backends.use(name);
  const { numTensors, numDataBuffers } = tf.memory();
  const tensors = tf.tidy(fn);
  const results = await Promise.all(
    tensors.map(async (tensor) => ({ shape: tensor.shape, values: Array.from(await tensor.data()) })),
  );
  tf.dispose(tensors);
  expect(tf.memory().numTensors, `tensors left on ${name}`).to.equal(numTensors);
  expect(tf.memory().numDataBuffers, `data left on ${name}`).to.equal(numDataBuffers);
  return results;
}

async function expectSame(fn: () => tf.Tensor[], tolerance = 1e-6): Promise<void> {
  const [want, got] = [await resultsOn('cpu', fn), await resultsOn('tensorflow', fn)];
  for (const [k, { shape, values }] of want.entries()) {
    expect(got[k]!.shape, `shape of result ${k}`).to.deep.equal(shape);
    const scale = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    for (const [i, value] of values.entries()) {
      expect(got[k]!.values[i], `result ${k}, element ${i}`).to.be.closeTo(value, tolerance * scale);
    }
  }
}

const explicit: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];

describe('tensorflow kernels agree with cpu (skipped without tfjs-node)', function () {
  this.timeout(120_000);
  before(needsTensorflow);
  afterEach(() => backends.use('cpu'));

  it('convolutions of an empty batch, fused ones too, and their gradients', () =>
    expectSame(() => {
      const x = tf.zeros<tf.Rank.R4>([0, 7, 6, 4]);
      const filter = tf.ones<tf.Rank.R4>([3, 2, 4, 5]);
      const depthwise = tf.ones<tf.Rank.R4>([3, 2, 4, 2]);
      const bias = tf.ones<tf.Rank.R1>([5]);
      const convolve = tf.grads((image: tf.Tensor, weights: tf.Tensor) =>
        tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, [2, 1], 'valid'),
      );
      const convolveDepthwise = tf.grads((image: tf.Tensor, weights: tf.Tensor) =>
        tf.depthwiseConv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 2, 'valid'),
      );
      return [
        tf.conv2d(x, filter, [2, 1], 'valid'),
        tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }),
        tf.depthwiseConv2d(x, depthwise, 2, 'valid'),
        tf.fused.depthwiseConv2d({ x, filter: depthwise, strides: 1, pad: 'valid' }),
        ...convolve([x, filter], tf.zeros([0, 3, 5, 5])),
        ...convolveDepthwise([x, depthwise], tf.zeros([0, 3, 3, 8])),
      ];
    }));

  it('products of matrices and of stacks of them, transposed or not, with a bias and without', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(0, 1, 2, 5, 19))),
        fc.tuple(...[0, 1].map(() => fc.constantFrom<number[]>([], [1], [3], [1, 1]))),
        fc.tuple(fc.boolean(), fc.boolean()),
        fc.constantFrom<tf.fused.Activation>('linear', 'relu'),
        ([m, k, n], [stackA, stackB], [transposeA, transposeB], activation) =>
          expectSame(() => {
            const matrix = (rows: number, columns: number, isTransposed: boolean, stack: number[]) =>
              tf.randomNormal([...stack, ...(isTransposed ? [columns, rows] : [rows, columns])], 0, 1, 'float32', 7);
            const a = matrix(m!, k!, transposeA, stackA!);
            const b = matrix(k!, n!, transposeB, stackB!);
            const bias = tf.linspace(-1, 1, Math.max(n!, 1)).slice(0, n!);
            const plain = tf.matMul(a, b, transposeA, transposeB);
            if (stackA!.length > 1 || stackB!.length > 1 || m! * k! * n! === 0) return [plain];
            return [plain, tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation })];
          }, 1e-5),
      ),
    ));

  it('products whose second matrix is large and transposed', () =>
    expectSame(() => {
      const [a, b] = [tf.randomNormal([30, 700], 0, 1, 'float32', 1), tf.randomNormal([500, 700], 0, 1, 'float32', 2)];
      return [tf.matMul(a, b, false, true)];
    }, 1e-5));

  it('sums and means over any axes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 2, 3, 17, 40), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 3 })),
        fc.boolean(),
        async (shape, chosen, keepDims) => {
          const axes = [...new Set(chosen)].filter((axis) => axis < shape.length);
          // The same on both, which a sine of theirs would not be; of one sign, for a sum near 0 has no figures that count.
          const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 2 + Math.sin(i));
          await expectSame(() => {
            const x = tf.tensor(values, shape);
            const some = axes.length > 0 ? axes : undefined;
            return [tf.sum(x, some, keepDims), tf.mean(x, some, keepDims), tf.sum(tf.cast(x, 'int32'), some)];
          }, 1e-5);
        },
      ),
      { numRuns: 60 },
    ));

  it('sums of nothing, and means of nothing', () =>
    expectSame(() => [tf.sum(tf.zeros([0, 3]), 0), tf.sum(tf.zeros([2000, 0]), 0), tf.mean(tf.zeros([2000, 0]), 0)]));

  it('adds up hundreds of thousands of equal values within 1e-5', async () => {
    // 320 · 1000, a prime, and an axis in the middle.
    for (const [shape, axes] of [
      [
        [320, 1000, 3],
        [0, 1],
      ],
      [[100003, 2], [0]],
      [[3, 90000, 2], [1]],
      [
        [300, 2, 400],
        [0, 2],
      ],
    ] as [number[], number[]][]) {
      const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
      const [sum, mean] = await resultsOn('tensorflow', () => {
        const x = tf.fill(shape, 0.3);
        return [tf.sum(x, axes), tf.mean(x, axes)];
      });
      for (const value of sum!.values) expect(value / (count * Math.fround(0.3)), `${shape}`).to.be.closeTo(1, 1e-5);
      for (const value of mean!.values) expect(value / Math.fround(0.3), `${shape}`).to.be.closeTo(1, 1e-5);
    }
  });

  it('tensors that share the data of another, of another shape, from another backend', async () => {
    await backends.use('cpu');
    const x = tf.range(0, 6);
    const [wide, tall] = [tf.reshape(x, [2, 3]), tf.reshape(x, [3, 2])] as [tf.Tensor2D, tf.Tensor2D];
    const results = await resultsOn('tensorflow', () => [
      tf.matMul(wide, tall),
      tf.add(wide, tf.reshape(x, [2, 3])),
      tf.transpose(tall),
      tf.add(x, 1),
      ...tf.split(wide, 3, 1),
    ]);
    expect(results).to.deep.equal([
      { shape: [2, 2], values: [10, 13, 28, 40] },
      { shape: [2, 3], values: [0, 2, 4, 6, 8, 10] },
      { shape: [2, 3], values: [0, 2, 4, 1, 3, 5] },
      { shape: [6], values: [1, 2, 3, 4, 5, 6] },
      { shape: [2, 1], values: [0, 3] },
      { shape: [2, 1], values: [1, 4] },
      { shape: [2, 1], values: [2, 5] },
    ]);
    await backends.use('cpu');
    expect([...(await tall.data())]).to.deep.equal([0, 1, 2, 3, 4, 5]);
    tf.dispose([x, wide, tall]);
  });

  it('shares the data of what a reshape or a cast leaves as it is', async () => {
    await backends.use('tensorflow');
    const x = tf.tidy(() => tf.mul(tf.range(0, 6), 1));
    const { numDataBuffers } = tf.memory();
    const [same, asFloats] = [tf.reshape(x, [-1]), tf.cast(x, 'float32')];
    expect(tf.memory().numDataBuffers).to.equal(numDataBuffers);
    const [wide, whole] = [tf.reshape(same, [2, 3]), tf.cast(x, 'int32')];
    expect(tf.memory().numDataBuffers).to.equal(numDataBuffers + 2);
    tf.dispose([x, same]);
    const results = tf.tidy(() => [asFloats, wide, whole].map((tensor) => tf.add(tensor, 1)));
    for (const result of results) expect([...(await result.data())]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect([wide.shape, whole.dtype]).to.deep.equal([[2, 3], 'int32']);
    tf.dispose([asFloats, wide, whole, ...results]);
    expect(tf.memory().numDataBuffers).to.equal(numDataBuffers - 1);
  });

  it('takes the lowest float for the maximum of nothing but -Infinity, as the README says', async () => {
    const fn = () => [nn.functional.maxPool2d(tf.fill([1, 2, 2, 1], -Infinity), 2)];
    expect((await resultsOn('cpu', fn))[0]!.values).to.deep.equal([-Infinity]);
    expect((await resultsOn('tensorflow', fn))[0]!.values).to.deep.equal([-3.4028234663852886e38]);
  });

  it('max pools and their gradients, among many equal values', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 3, max: 9 }),
          fc.integer({ min: 3, max: 9 }),
          fc.integer({ min: 1, max: 20 }),
        ),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        fc.constantFrom('valid' as const, 'same' as const),
        async (shape, kernel, stride, pad) => {
          const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * i * 7) % 5) - 2);
          await expectSame(() => {
            const x = tf.tensor4d(values, shape);
            const pool = (image: tf.Tensor) => tf.maxPool(image as tf.Tensor4D, kernel, stride, pad);
            const y = pool(x);
            return [y, tf.grad(pool)(x, tf.reshape(tf.range(1, y.size + 1), y.shape))];
          });
        },
      ),
      { numRuns: 60 },
    ));

  it('max pools of nothing, and of integers', () =>
    expectSame(() => [
      tf.maxPool(tf.zeros<tf.Rank.R4>([0, 4, 4, 2]), 2, 2, 'valid'),
      tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(tf.zeros([0, 4, 4, 2])),
      tf.maxPool(tf.tensor4d([1, 5, 3, 4], [1, 2, 2, 1], 'int32'), 2, 2, 'valid'),
    ]));

  it('convolutions with a bias, and an activation behind it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 3, max: 9 }),
          fc.integer({ min: 3, max: 9 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom<'valid' | 'same' | tf.backend_util.ExplicitPadding>('valid', 'same', explicit),
        fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const),
        async (
          [count, height, width, channels],
          [kernelHeight, kernelWidth, outChannels],
          strides,
          pad,
          activation,
        ) => {
          const wave = (...shape: number[]) =>
            tf.tensor(
              Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i)),
              shape,
            );
          await expectSame(() => {
            const x = wave(count, height, width, channels) as tf.Tensor4D;
            const filter = wave(kernelHeight, kernelWidth, channels, outChannels) as tf.Tensor4D;
            const bias = wave(outChannels);
            // An explicit padding is missing from the types only.
            return [tf.fused.conv2d({ x, filter, bias, strides, pad: pad as 'valid', activation })];
          }, 1e-5);
        },
      ),
      { numRuns: 30 },
    ));

  describe('computes without oneDNN', () => {
    /** Which of oneDNN's kernels are asked for at the start, and what is computed then. */
    async function outcome(env: Record<string, string>) {
      const script = `
        import * as tf from '@tensorflow/tfjs-core';
        import '@tensorflow/tfjs-node';
        import { use } from 'tfjs-zoo/backends';
        const backend = tf.findBackend('tensorflow');
        const asked = [];
        const stock = backend.executeMultipleOutputs;
        backend.executeMultipleOutputs = (name, ...rest) => {
          if (name.startsWith('_Mkl')) throw new Error('Op type not registered', asked.push(name));
          return stock.call(backend, name, ...rest);
        };
        const before = tf.memory().numTensors;
        await use('tensorflow');
        const started = tf.memory().numTensors - before;
        const x = tf.tensor4d([1, 5, 5, 4], [1, 2, 2, 1]);
        const y = tf.fused.conv2d({ x, filter: tf.ones([1, 1, 1, 1]), bias: tf.ones([1]), strides: 1, pad: 'valid' });
        const dx = tf.grad((image) => tf.maxPool(image, 2, 2, 'valid'))(x);
        console.log(JSON.stringify({ asked, started, y: [...(await y.data())], dx: [...(await dx.data())] }));`;
      const { code, stdout, stderr } = await runWith({}, script, env);
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout);
    }
    const computed = { started: 0, y: [2, 6, 6, 5], dx: [0, 1, 0, 0] };

    it('where TensorFlow has none', async () => {
      expect(await outcome({})).to.deep.equal({ asked: ['_MklNativeConv2DWithBias'], ...computed });
    });

    it('where it is turned off', async () => {
      expect(await outcome({ TF_ENABLE_ONEDNN_OPTS: '0' })).to.deep.equal({ asked: [], ...computed });
    });
  });

  it("takes kernels of oneDNN's, and TensorFlow's gradient of a ReLU", async () => {
    await backends.use('tensorflow');
    const { executeMultipleOutputs, executeSingleOutput } = nodeBackend();
    const ran: string[] = [];
    nodeBackend().executeMultipleOutputs = (name, ...rest) => {
      ran.push(name);
      return executeMultipleOutputs(name, ...rest);
    };
    nodeBackend().executeSingleOutput = (name, ...rest) => {
      ran.push(name);
      return executeSingleOutput(name, ...rest);
    };
    try {
      tf.tidy(() => {
        const x = tf.ones([2, 4, 4, 3]);
        const bias = tf.zeros([3]);
        const convolve = (image: tf.Tensor) => nn.functional.conv2d(image, tf.ones([1, 1, 3, 3]), { bias });
        tf.grad((image) => nn.functional.relu(nn.functional.maxPool2d(convolve(image), 2)))(x);
      });
    } finally {
      Object.assign(nodeBackend(), { executeMultipleOutputs, executeSingleOutput });
    }
    const pools = ['_MklNativeMaxPool', 'Relu', 'ReluGrad', '_MklNativeMaxPool', '_MklNativeMaxPoolGrad'];
    const inOrder = ['_MklNativeConv2DWithBias', ...pools, 'Conv2DBackpropInput'];
    expect(ran.filter((name) => /Conv|Pool|Relu/.test(name))).to.deep.equal(inOrder);
  });

  it("gives PyTorch's values without oneDNN too, as on many a processor", async () => {
    const families = [
      'conv',
      'conv-transpose',
      'padding-modes',
      'batch-norm',
      'max-pool',
      'avg-pool',
      'linear',
      'lazy',
    ];
    const words = ['--conditions=tfjs-zoo-source', '--import', 'tsx/esm', 'test/support/golden-failures.ts'];
    const { code, stdout, stderr } = await runNode([...words, 'tensorflow', ...families], {
      env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '0' },
    });
    expect(code, stderr).to.equal(0);
    const { checked, failures } = JSON.parse(stdout);
    expect(failures).to.deep.equal([]);
    expect(checked).to.be.greaterThan(500);
  });
});
