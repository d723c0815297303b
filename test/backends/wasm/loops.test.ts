import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { backends, nn } from 'tfjs-zoo';

// What our own loops compute in place of tfjs' kernels, against the cpu backend.

/** Small integers, whose sums no rounding can hide. */
const integers = (shape: number[], seed: number) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * 7919 + seed * 31) % 23) - 11),
    shape,
  );

async function valuesOn(name: 'cpu' | 'wasm', fn: () => tf.Tensor): Promise<unknown> {
  await backends.use(name);
  const before = tf.memory().numTensors;
  const y = tf.tidy(fn);
  const values = [y.shape, ...(await y.data())];
  y.dispose();
  expect(tf.memory().numTensors).to.equal(before);
  return values;
}

async function expectSame(fn: () => tf.Tensor): Promise<void> {
  expect(await valuesOn('wasm', fn)).to.deep.equal(await valuesOn('cpu', fn));
}

const size = (max: number, min = 1) => fc.integer({ min, max });
const activation = fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const);
const margins = fc.tuple(size(3, 0), size(3, 0));
const windows = fc.record({
  batch: size(3),
  height: size(14, 7),
  width: size(14, 7),
  channels: size(21),
  filterHeight: size(4),
  filterWidth: size(4),
  rows: margins,
  columns: margins,
  activation,
  hasBias: fc.boolean(),
});
/** Steps between windows, or between the taps of one: tfjs has no convolutions with both. */
const steps = fc.oneof(
  fc.record({ strides: fc.tuple(size(4), size(4)), dilations: fc.constant<[number, number]>([1, 1]) }),
  fc.record({ strides: fc.constant<[number, number]>([1, 1]), dilations: fc.tuple(size(2), size(2)) }),
);

for (const threads of [1, 2]) {
  describe(`our own loops on ${threads} thread${threads === 1 ? '' : 's'}`, () => {
    before(() => backends.use('wasm', { threads }));
    after(() => backends.use('cpu'));

    it('convolve images of any size', async () => {
      await fc.assert(
        fc.asyncProperty(windows, steps, size(37), async (w, { strides, dilations }, outputs) => {
          await expectSame(() =>
            tf.fused.conv2d({
              x: integers([w.batch, w.height, w.width, w.channels], 1) as tf.Tensor4D,
              filter: integers([w.filterHeight, w.filterWidth, w.channels, outputs], 2) as tf.Tensor4D,
              strides,
              dilations,
              pad: [[0, 0], w.rows, w.columns, [0, 0]],
              activation: w.activation,
              ...(w.hasBias && { bias: integers([outputs], 3) }),
            }),
          );
        }),
        { numRuns: 60 },
      );
    });

    it('convolve as many groups of channels as there are', async () => {
      const groups = fc.record({ groups: size(5), channels: size(5), outputs: size(19) });
      await fc.assert(
        fc.asyncProperty(
          windows,
          groups,
          fc.tuple(size(3), size(3)),
          async (w, { groups, channels, outputs }, stride) => {
            await expectSame(() =>
              nn.functional.conv2d(
                integers([w.batch, w.height, w.width, groups * channels], 1),
                integers([w.filterHeight, w.filterWidth, channels, groups * outputs], 2),
                {
                  groups,
                  stride,
                  padding: [w.rows[0], w.columns[0]],
                  ...(w.hasBias && { bias: integers([groups * outputs], 3) }),
                },
              ),
            );
          },
        ),
        { numRuns: 50 },
      );
      await expectSame(() => nn.functional.conv2d(tf.zeros([0, 9, 9, 8]), integers([3, 3, 4, 6], 1), { groups: 2 }));
    });

    it('keep the NaN of a group there', async () => {
      await expectSame(() => {
        const x = tf.concat([tf.fill([1, 5, 5, 2], Number.NaN), integers([1, 5, 5, 2], 1)], 3);
        return nn.functional.conv2d(x, integers([3, 3, 2, 6], 2), { groups: 2 });
      });
    });

    it('convolve each channel by itself', async () => {
      await fc.assert(
        fc.asyncProperty(windows, size(3), size(2), async (w, stride, multiplier) => {
          await expectSame(() => {
            const x = integers([w.batch, w.height, w.width, w.channels], 1) as tf.Tensor4D;
            const filter = integers([w.filterHeight, w.filterWidth, w.channels, multiplier], 2) as tf.Tensor4D;
            const pad = [[0, 0], w.rows, w.columns, [0, 0]] as unknown as 'valid'; // missing from the types only
            const bias = w.hasBias ? integers([w.channels * multiplier], 3) : undefined;
            return tf.fused.depthwiseConv2d({
              x,
              filter,
              strides: stride,
              pad,
              activation: w.activation,
              ...(bias && { bias }),
            });
          });
        }),
        { numRuns: 60 },
      );
    });

    it('normalise channels by statistics of theirs', async () => {
      await fc.assert(
        fc.asyncProperty(size(3), size(9), size(37), fc.boolean(), async (batch, height, channels, isAffine) => {
          // Powers of two, whose products no rounding can hide either.
          const powers = (seed: number) => tf.pow(2, tf.mod(integers([channels], seed), 3)) as tf.Tensor1D;
          await expectSame(() =>
            tf.batchNorm(
              integers([batch, height, 5, channels], 1),
              integers([channels], 2) as tf.Tensor1D,
              tf.square(powers(3)),
              isAffine ? (integers([channels], 4) as tf.Tensor1D) : undefined,
              isAffine ? powers(5) : undefined,
              0,
            ),
          );
        }),
        { numRuns: 30 },
      );
    });

    it('normalise by statistics that come from another backend, for which the heap grows', async () => {
      await backends.use('cpu');
      const channels = 2 ** 22;
      const vectors = [2, 4, 3, 1].map((value) => tf.fill([channels], value) as tf.Tensor1D);
      const [mean, variance, offset, scale] = vectors as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
      await backends.use('wasm');
      const y = tf.tidy(() => tf.batchNorm(tf.fill([1, 1, 1, channels], 8), mean, variance, offset, scale, 0));
      expect((await y.data()).every((value) => value === 6)).to.equal(true);
      tf.dispose([y, vectors]);
    });

    it('take the largest of windows of any size', async () => {
      await fc.assert(
        fc.asyncProperty(windows, size(3), async (w, stride) => {
          const pads = [w.rows, w.columns].map(([before, after], axis) => {
            const most = [w.filterHeight, w.filterWidth][axis]! - 1; // a window of padding alone has no largest
            return [Math.min(before, most), Math.min(after, most)] as [number, number];
          }) as [[number, number], [number, number]];
          await expectSame(() =>
            tf.maxPool(
              integers([w.batch, w.height, w.width, w.channels], 1) as tf.Tensor4D,
              [w.filterHeight, w.filterWidth],
              stride,
              [[0, 0], ...pads, [0, 0]],
              'floor',
            ),
          );
        }),
        { numRuns: 60 },
      );
    });

    const multiply = (m: number, k: number, n: number, options: object = {}, hasBias = false) => {
      const { transposeA = false, transposeB = false } = options as Record<string, boolean>;
      return tf.fused.matMul({
        a: integers(transposeA ? [k, m] : [m, k], 1) as tf.Tensor2D,
        b: integers(transposeB ? [n, k] : [k, n], 2) as tf.Tensor2D,
        ...options,
        ...(hasBias && { bias: integers([n], 3) }),
      });
    };

    it('multiply matrices of any size, transposed or not', async () => {
      const options = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), activation });
      await fc.assert(
        fc.asyncProperty(size(140), size(40), size(40), options, fc.boolean(), (m, k, n, given, hasBias) =>
          expectSame(() => multiply(m, k, n, given, hasBias)),
        ),
        { numRuns: 100 },
      );
    });

    it('multiply matrices of which only parts stay in the cache', async () => {
      for (const given of [{}, { transposeA: true }, { transposeB: true }]) {
        await expectSame(() => multiply(5, 2051, 19, given));
        await expectSame(() => multiply(3, 515, 300, given));
      }
    });

    it('use a weight in images of any size, one after the other, and in another shape', async () => {
      await backends.use('wasm');
      const filter = integers([3, 3, 16, 16], 2) as tf.Tensor4D;
      const sizes = [8, 4, 12, 5, 4];
      const results = tf.tidy(() => [
        ...sizes.map((side) => tf.conv2d(integers([1, side, side, 16], 1) as tf.Tensor4D, filter, 1, 1)),
        ...[12, 36].map((rows) => tf.matMul(integers([2, rows], 3) as tf.Tensor2D, tf.reshape(filter, [rows, -1]))),
      ]);
      const got = await Promise.all(results.map(async (result) => [...(await result.data())]));
      const values = await filter.data();
      tf.dispose([filter, results]);
      await backends.use('cpu');
      const fresh = tf.tensor4d(values, [3, 3, 16, 16]);
      const wanted = tf.tidy(() => [
        ...sizes.map((side) => tf.conv2d(integers([1, side, side, 16], 1) as tf.Tensor4D, fresh, 1, 1)),
        ...[12, 36].map((rows) => tf.matMul(integers([2, rows], 3) as tf.Tensor2D, tf.reshape(fresh, [rows, -1]))),
      ]);
      for (const [i, want] of wanted.entries()) {
        const largest = (await tf.max(tf.abs(want)).data())[0]!;
        const error = [...(await want.data())].reduce(
          (most, value, k) => Math.max(most, Math.abs(value - got[i]![k]!)),
          0,
        );
        expect(error / largest, `result ${i}`).to.be.below(1e-6);
      }
      tf.dispose([fresh, wanted]);
    });

    it('multiply by the same bits a matrix that lies as it is and one put in order, of parts of rows and of panels', async () => {
      await backends.use('wasm');
      for (const [rows, inner, columns] of [
        [3, 1100, 300],
        [130, 70, 21],
      ] as const) {
        const a = tf.randomNormal([rows, inner], 0, 1, 'float32', 1) as tf.Tensor2D;
        const b = tf.randomNormal([inner, columns], 0, 1, 'float32', 2) as tf.Tensor2D;
        const bias = tf.randomNormal([columns], 0, 1, 'float32', 3);
        const texts = new Set<string>();
        for (let time = 0; time < 3; time++) {
          const y = tf.fused.matMul({ a, b, bias, activation: 'relu' });
          texts.add((await y.data()).join());
          y.dispose();
        }
        expect(texts.size).to.equal(1);
        tf.dispose([a, b, bias]);
      }
    });

    it('keep NaN, but where there is none', async () => {
      await backends.use('wasm');
      const x = tf.tensor4d([1, Number.NaN, -3, 9, 5, -6], [1, 1, 6, 1]);
      const results = tf.tidy(() => [
        tf.relu(x),
        tf.relu6(x),
        tf.maxPool(x, [1, 2], [1, 2], 'valid'),
        tf.fused.matMul({ a: tf.reshape(x, [6, 1]), b: tf.ones([1, 1]), activation: 'relu' }),
        tf.fused.matMul({ a: tf.reshape(x, [6, 1]), b: tf.ones([1, 1]), transposeA: false, activation: 'relu6' }),
        tf.fused.depthwiseConv2d({ x, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'valid', activation: 'relu' }),
        tf.fused.conv2d({ x, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'valid', activation: 'relu6' }),
      ]);
      const values = await Promise.all(results.map(async (result) => [...(await result.data())]));
      tf.dispose([x, results]);
      const [relu, relu6] = [
        [1, Number.NaN, 0, 9, 5, 0],
        [1, Number.NaN, 0, 6, 5, 0],
      ];
      expect(values).to.deep.equal([relu, relu6, [Number.NaN, 9, 5], relu, relu6, relu, relu6]);
    });
  });
}
