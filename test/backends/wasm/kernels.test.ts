import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { backends } from 'tfjs-zoo';
import { installKernels } from '../../../src/backends/wasm/install.js';

// Every kernel that this package replaces or adds on wasm, against the cpu backend on random shapes.

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | [[number, number], [number, number], [number, number], [number, number]];

interface Result {
  readonly shape: number[];
  readonly values: number[];
}

/** Values that repeat and are mostly negative, so that pools meet ties and windows without anything positive. */
function valuesFor(shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return Float32Array.from({ length: size }, (_, i) => ((Math.imul(i + seed, 2654435761) >>> 16) % 23) / 8 - 2);
}

/** What `fn` gives on a backend; nothing but its result may be left, neither tensors nor data. */
async function resultsOn(name: 'cpu' | 'wasm', fn: () => tf.Tensor[]): Promise<Result[]> {
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

/** Fails unless `fn` gives on wasm what `reference`, by default `fn` too, gives on cpu. */
async function expectSame(fn: () => tf.Tensor[], reference = fn): Promise<void> {
  const [want, got] = [await resultsOn('cpu', reference), await resultsOn('wasm', fn)];
  for (const [k, { shape, values }] of want.entries()) {
    expect(got[k]!.shape, `shape of result ${k}`).to.deep.equal(shape);
    const scale = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    for (const [i, value] of values.entries()) {
      expect(got[k]!.values[i], `result ${k}, element ${i}`).to.be.closeTo(value, 2e-5 * scale);
    }
  }
}

const small = (max: number, min = 1) => fc.integer({ min, max });
const margins = fc.tuple(small(4, 0), small(4, 0));
const pads: fc.Arbitrary<Pad> = fc.oneof(
  fc.constantFrom<Pad>('same', 'valid'),
  fc.tuple(margins, margins).map(([rows, columns]): Pad => [[0, 0], rows, columns, [0, 0]]),
);
const geometry = fc.record({
  image: fc.tuple(small(3), small(9), small(9), small(3)) as fc.Arbitrary<Shape4>,
  kernel: fc.tuple(small(4), small(4)),
  strides: fc.tuple(small(3), small(3)) as fc.Arbitrary<[number, number]>,
  pad: pads,
});

/** Whether a kernel of this extent fits the padded image, and the stock forward kernel gets it right. */
function fits(image: Shape4, extent: readonly number[], strides: readonly number[], pad: Pad): boolean {
  // XNNPACK's own reckoning of 'same' is wrong where windows leave gaps; nn never asks for it.
  if (pad === 'same') return extent.every((size, axis) => strides[axis]! <= size);
  const around = pad === 'valid' ? [0, 0] : [pad[1][0] + pad[1][1], pad[2][0] + pad[2][1]];
  return extent.every((size, axis) => image[axis + 1]! + around[axis]! >= size);
}

/** The output of an op and its gradients, an upstream of every value being given. */
function withGradients(op: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const output = op(...inputs);
  return [output, ...tf.grads(op)(inputs, tf.tensor(valuesFor(output.shape, 5), output.shape))];
}

const tensorOf = (shape: number[], seed: number) => tf.tensor(valuesFor(shape, seed), shape);

const RUNS = { numRuns: 60 };

describe('wasm kernels agree with cpu on random shapes', () => {
  after(() => backends.use('cpu'));

  it('convolution and its gradients', () =>
    fc.assert(
      fc.asyncProperty(geometry, small(4), async ({ image, kernel, strides, pad }, outChannels) => {
        fc.pre(fits(image, kernel, strides, pad));
        const filter = [...kernel, image[3], outChannels];
        await expectSame(() =>
          withGradients(
            (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
            [tensorOf(image, 1), tensorOf(filter, 2)],
          ),
        );
      }),
      RUNS,
    ));

  it('transposed convolution and its gradients', () =>
    fc.assert(
      fc.asyncProperty(
        geometry.filter(({ pad }) => typeof pad === 'string'),
        small(3),
        async ({ image, kernel, strides, pad }, outChannels) => {
          fc.pre(fits(image, kernel, strides, pad));
          const grown = (size: number, axis: number) =>
            pad === 'same' ? size * strides[axis]! : (size - 1) * strides[axis]! + kernel[axis]!;
          const out: Shape4 = [image[0], grown(image[1], 0), grown(image[2], 1), outChannels];
          await expectSame(() =>
            withGradients(
              (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, out, strides, pad as 'same' | 'valid'),
              [tensorOf(image, 1), tensorOf([...kernel, outChannels, image[3]], 2)],
            ),
          );
        },
      ),
      { numRuns: 60 },
    ));

  it('depthwise convolution and its gradients, with multipliers, strides and dilations', () =>
    fc.assert(
      fc.asyncProperty(geometry, small(3), small(3), async ({ image, kernel, strides, pad }, multiplier, dilation) => {
        const extent = kernel.map((size) => (size - 1) * dilation + 1);
        const step: [number, number] = dilation > 1 ? [1, 1] : strides; // tfjs takes one or the other
        fc.pre(fits(image, extent, step, pad));
        const filterShape: Shape4 = [kernel[0], kernel[1], image[3], multiplier];
        const dilations: [number, number] = [dilation, dilation];
        const byKernels = () => {
          const x = tensorOf(image, 1) as tf.Tensor4D;
          const filter = tensorOf(filterShape, 2) as tf.Tensor4D;
          const output = tf.depthwiseConv2d(x, filter, step, pad, 'NHWC', dilations);
          const dy = tensorOf(output.shape, 3);
          // By name, for the gradient of tfjs' op refuses dilations, which its kernels take.
          const attrs = { strides: step, dilations, pad, inputShape: image, filterShape };
          const gradient = (kernelName: string, inputs: tf.NamedTensorMap) =>
            tf.engine().runKernel(kernelName, inputs, attrs) as tf.Tensor;
          return [
            output,
            gradient(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }),
            gradient(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }),
          ];
        };
        // The kernels of cpu take dilations too, and are wrong: the reference is a larger filter with zeros between its taps.
        const bySpreading = () => {
          const spread = tf.buffer([extent[0]!, extent[1]!, image[3], multiplier]);
          const taps = tf.buffer(filterShape, 'float32', valuesFor(filterShape, 2));
          for (let i = 0; i < taps.size; i++) {
            const [row, column, ...rest] = taps.indexToLoc(i) as [number, number, number, number];
            spread.set(taps.get(row, column, ...rest), row * dilation, column * dilation, ...rest);
          }
          const op = (x: tf.Tensor, w: tf.Tensor) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, step, pad);
          const inputs = [tensorOf(image, 1), spread.toTensor()] as const;
          const output = op(...inputs);
          const [dx, dw] = tf.grads(op)([...inputs], tensorOf(output.shape, 3));
          return [output, dx!, tf.stridedSlice(dw!, [0, 0, 0, 0], dw!.shape, [dilation, dilation, 1, 1])];
        };
        await expectSame(byKernels, bySpreading);
      }),
      RUNS,
    ));

  it('gradient of max pooling, with ties, windows of negative values, and padding', () =>
    fc.assert(
      fc.asyncProperty(geometry, async ({ image, kernel, strides, pad }) => {
        fc.pre(fits(image, kernel, strides, pad));
        // A window that lies in the padding altogether has no maximum.
        fc.pre(
          typeof pad === 'string' ||
            pad.slice(1, 3).every((sides, axis) => sides.every((side) => side < kernel[axis]!)),
        );
        await expectSame(() =>
          withGradients(
            (x) => tf.maxPool(x as tf.Tensor4D, kernel as [number, number], strides, pad),
            [tensorOf(image, 3)],
          ),
        );
      }),
      RUNS,
    ));

  it('matrix products, transposed and broadcast', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(small(5), small(5, 0), small(5)),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom<[number[], number[]]>(
          [[], []],
          [[3], [3]],
          [[1], [3]],
          [[3], [1]],
          [
            [2, 3],
            [2, 3],
          ],
          [
            [2, 1],
            [1, 3],
          ],
        ),
        async ([rows, inner, columns], transposeA, transposeB, [batchA, batchB]) => {
          const a = [...batchA, ...(transposeA ? [inner, rows] : [rows, inner])];
          const b = [...batchB, ...(transposeB ? [columns, inner] : [inner, columns])];
          const op = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
          const isPlain = String(batchA) === String(batchB) && inner > 0; // tfjs has no gradient of a broadcast product
          await expectSame(() => {
            const inputs = [tensorOf(a, 1), tensorOf(b, 2)] as const;
            return isPlain ? withGradients(op as never, [...inputs]) : [op(...inputs)];
          });
        },
      ),
      RUNS,
    ));

  it('fused matrix products with a bias and an activation', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(small(4), small(4, 0), small(4)),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('linear', 'relu'),
        async ([rows, inner, columns], transposeA, transposeB, hasBias, activation) => {
          await expectSame(() => [
            tf.fused.matMul({
              a: tensorOf(transposeA ? [inner, rows] : [rows, inner], 1) as tf.Tensor2D,
              b: tensorOf(transposeB ? [columns, inner] : [inner, columns], 2) as tf.Tensor2D,
              transposeA,
              transposeB,
              activation: activation as 'linear' | 'relu',
              ...(hasBias && { bias: tensorOf([columns], 3) }),
            }),
          ]);
        },
      ),
      RUNS,
    ));

  it('sums by segment, and the gradient of gather', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(small(4, -1), { minLength: 1, maxLength: 6 }),
        fc.array(small(3), { maxLength: 2 }),
        fc.constantFrom<'float32' | 'int32'>('float32', 'int32'),
        async (ids, rest, dtype) => {
          const segments = ids.map((id) => Math.max(id, 0));
          await expectSame(() => [
            tf.unsortedSegmentSum(
              tf.cast(tensorOf([ids.length, ...rest], 1), dtype),
              tf.tensor1d(segments, 'int32'),
              5,
            ),
            tf.grad((x) => tf.gather(x, tf.tensor1d(segments, 'int32'), 0))(
              tensorOf([5, ...rest], 1),
              tensorOf([ids.length, ...rest], 4),
            ),
          ]);
        },
      ),
      { numRuns: 60 },
    ));

  it('transposition, sums and gathers of tensors that may be empty', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(small(3, 0), small(3, 0), small(3, 0)),
        fc.constantFrom<number[]>([0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]),
        fc.subarray([0, 1, 2]),
        fc.boolean(),
        async (shape, order, axes, keepDims) => {
          await expectSame(() => {
            const x = tensorOf(shape, 1);
            const axis = shape.findIndex((size) => size > 0);
            return [
              tf.transpose(x, order),
              tf.sum(x, axes, keepDims),
              ...(axis < 0 ? [] : [tf.gather(x, tf.tensor2d([[0, shape[axis]! - 1, 0]], [1, 3], 'int32'), axis)]),
            ];
          });
        },
      ),
      RUNS,
    ));

  it('gradients of an empty batch', () =>
    expectSame(() => [
      ...withGradients(
        (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
        [tf.zeros([0, 5, 5, 2]), tensorOf([3, 3, 2, 4], 2)],
      ),
      ...withGradients(
        (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
        [tf.zeros([0, 5, 5, 2]), tensorOf([3, 3, 2, 2], 2)],
      ),
      ...withGradients(
        (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [0, 7, 7, 4], 2, 'valid'),
        [tf.zeros([0, 3, 3, 2]), tensorOf([3, 3, 4, 2], 2)],
      ),
      ...withGradients((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), [tf.zeros([0, 4, 4, 2])]),
    ]));
});

describe('installKernels', () => {
  const KERNELS = [
    'Conv2DBackpropFilter',
    'Conv2DBackpropInput',
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'MaxPoolGrad',
    'UnsortedSegmentSum',
    'BatchMatMul',
    '_FusedMatMul',
    'Transpose',
    'Sum',
    'GatherV2',
  ];

  /** Registers kernels that are wrong, as an import of the stock backend after ours would. */
  function spoil(names: readonly string[]): void {
    for (const kernelName of names) {
      tf.unregisterKernel(kernelName, 'wasm');
      tf.registerKernel({
        kernelName,
        backendName: 'wasm',
        kernelFunc: () => {
          throw new Error(`a stock ${kernelName}`);
        },
      });
    }
  }

  beforeEach(async () => {
    await backends.use('wasm');
  });
  afterEach(() => backends.use('cpu'));

  it('finds nothing to do when all is well', () => {
    expect(installKernels()).to.deep.equal([]);
  });

  it('puts back every kernel that another import has replaced', () => {
    spoil(KERNELS);
    expect(installKernels()).to.deep.equal(KERNELS);
    expect(installKernels()).to.deep.equal([]);
  });

  it('is run by backends.use', async () => {
    spoil(['Transpose']);
    await backends.use('wasm');
    expect(installKernels()).to.deep.equal([]);
  });

  it('is run by a backward pass through a max pooling', async () => {
    spoil(['MaxPoolGrad']);
    const grad = tf.tidy(() =>
      tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(
        tf.tensor4d([-1, -2, -3, -4], [1, 2, 2, 1]),
        tf.tensor4d([7], [1, 1, 1, 1]),
      ),
    );
    expect([...(await grad.data())]).to.deep.equal([7, 0, 0, 0]);
    grad.dispose();
  });

  it('is run by a backward pass through a convolution', async () => {
    const x = tf.ones([1, 3, 3, 1]) as tf.Tensor4D;
    const filter = tf.ones([2, 2, 1, 1]) as tf.Tensor4D;
    spoil(['Conv2DBackpropInput']);
    const convolved = tf.tidy(() => tf.grad((image) => tf.sum(tf.conv2d(image as tf.Tensor4D, filter, 1, 'valid')))(x));
    expect([...(await convolved.data())]).to.deep.equal([1, 2, 1, 2, 4, 2, 1, 2, 1]);
    tf.dispose([x, filter, convolved]);
    expect(installKernels()).to.deep.equal([]);
  });

  it('is run by a backward pass through a transposed convolution', async () => {
    const x = tf.ones([1, 2, 2, 1]) as tf.Tensor4D;
    const filter = tf.ones([2, 2, 1, 1]) as tf.Tensor4D;
    spoil(['Conv2DBackpropFilter']);
    const grad = tf.tidy(() =>
      tf.grad((weight) => tf.sum(tf.conv2dTranspose(x, weight as tf.Tensor4D, [1, 3, 3, 1], 1, 'valid')))(filter),
    );
    expect([...(await grad.data())]).to.deep.equal([4, 4, 4, 4]);
    tf.dispose([x, filter, grad]);
    expect(installKernels()).to.deep.equal([]);
  });
});
