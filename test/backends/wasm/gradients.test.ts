import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { backends, nn, training } from 'tfjs-zoo';

// Gradients by our own loops: those of kernels.test.ts are too small for some of them.

/** Numbers between −1 and 1 that look random, the same on every backend. */
function noise(shape: number[], seed: number): tf.Tensor {
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    (_, i) => (Math.imul(Math.imul(i + 1, 2654435761) ^ (seed * 40503), 2246822519) >>> 8) / 2 ** 23 - 1,
  );
  return tf.tensor(values, shape);
}

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The gradients of an op, the upstream being noise too. */
async function gradientsOn(backend: 'cpu' | 'wasm', op: Op, shapes: readonly number[][]): Promise<Float32Array[]> {
  await backends.use(backend);
  const before = tf.backend().numDataIds();
  const grads = tf.tidy(() => {
    const inputs = shapes.map((shape, i) => noise(shape, i + 1));
    return tf.grads(op)(inputs, noise(op(...inputs).shape, 9));
  });
  const values = await Promise.all(grads.map((grad) => grad.data<'float32'>()));
  tf.dispose(grads);
  expect(tf.backend().numDataIds(), 'data left behind').to.equal(before);
  return values;
}

/** Fails unless gradients are those of cpu, to 1e-5 of the largest; by Winograd's 5 × 5, whose transforms round more, to 3e-5. */
async function expectAsOnCpu(op: Op, shapes: readonly number[][]): Promise<void> {
  const tolerance = shapes[1]?.[0] === 5 ? 3e-5 : 1e-5;
  const want = await gradientsOn('cpu', op, shapes);
  const got = await gradientsOn('wasm', op, shapes);
  for (const [i, values] of want.entries()) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = values.reduce((most, value, k) => Math.max(most, Math.abs(value - got[i]![k]!)), 0);
    expect(error / largest, `input ${i} of ${JSON.stringify(shapes)}`).to.be.below(tolerance);
  }
}

const size = (max: number, min = 1) => fc.integer({ min, max });

describe('gradients on wasm', () => {
  after(() => backends.use('cpu'));

  it('of convolutions by Winograd are those of cpu, of any size and padding', async () => {
    const channels = fc.constantFrom(16, 20);
    const pads = fc.tuple(size(4, 0), size(4, 0));
    await fc.assert(
      fc.asyncProperty(
        ...([size(2), size(10, 7), size(10, 7), channels, channels, fc.constantFrom(3, 5), pads, pads] as const),
        async (batch, height, width, inputs, outputs, taps, rows, columns) => {
          const conv: Op = (x, w) =>
            tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, [[0, 0], rows, columns, [0, 0]], 'NHWC', 1, 'floor');
          await expectAsOnCpu(conv, [
            [batch, height, width, inputs],
            [taps, taps, inputs, outputs],
          ]);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('of convolutions with many tiles, or many windows, are those of their images one by one', async () => {
    await backends.use('wasm');
    for (const [stride, image, filter] of [
      [1, [9, 62, 62, 16], [3, 3, 16, 16]], // 8,649 tiles
      [2, [5, 60, 60, 5], [7, 7, 5, 6]], // 1,102,500 numbers in windows
    ] as const) {
      const conv: Op = (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same');
      const [dx, dw, dxs, dws] = tf.tidy(() => {
        const [x, w] = [noise([...image], 1), noise([...filter], 2)];
        const dy = noise(conv(x, w).shape, 9);
        const all = tf.grads(conv)([x, w], dy);
        const upstreams = tf.split(dy, image[0]);
        const each = tf.split(x, image[0]).map((one, i) => tf.grads(conv)([one, w], upstreams[i]!));
        return [...all, tf.concat(each.map(([dx]) => dx!)), tf.addN(each.map(([, dw]) => dw!))];
      }) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      for (const [got, want] of [
        [dx, dxs],
        [dw, dws],
      ] as const) {
        const error = tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(got, want))), tf.max(tf.abs(want))));
        expect((await error.data())[0]).to.be.below(1e-5);
        error.dispose();
      }
      tf.dispose([dx, dw, dxs, dws]);
    }
  });

  it('of pools over images of several vectors of channels are those of cpu', () =>
    expectAsOnCpu((x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'valid'), [[3, 17, 15, 23]]));

  it("of ReLU pass by PyTorch's rule, also a second time", async () => {
    await backends.use('wasm');
    const { relu } = nn.functional;
    const x = tf.tensor1d([1, -1, 0, Number.NaN, 2, -2, 3]);
    const dy = tf.tensor1d([5, Number.NaN, Number.POSITIVE_INFINITY, 7, Number.NaN, 1, 2]);
    const grads = tf.tidy(() => [
      tf.grad((x) => relu(x))(x, dy),
      tf.grad((x) => tf.grad((x) => tf.square(relu(x)))(x))(tf.tensor1d([1, -1])),
    ]);
    expect([...(await grads[0]!.data())]).to.deep.equal([5, 0, 0, 7, Number.NaN, 0, 2]);
    expect([...(await grads[1]!.data())]).to.deep.equal([2, 0]);
    tf.dispose([x, dy, grads]);
  });

  it('of max pools go to the first of the largest, and to the last NaN', async () => {
    await backends.use('wasm');
    const rows = [
      [3, 3, 1],
      [1, Number.NaN, 9],
      [Number.NaN, 1, Number.NaN],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ];
    for (const channels of [1, 5]) {
      const dx = tf.tidy(() => {
        const x = tf.tile(tf.tensor4d(rows.flat(), [4, 1, 3, 1]), [1, 1, 1, channels]) as tf.Tensor4D;
        return tf.grad((x) => tf.maxPool(x as tf.Tensor4D, [1, 3], 1, 'valid'))(x);
      });
      const values = await dx.data();
      const ofFirst = Array.from({ length: 12 }, (_, i) => values[i * channels]);
      expect(ofFirst).to.deep.equal([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]);
      expect([...values].filter((value) => value === 1)).to.have.length(4 * channels);
      dx.dispose();
    }
  });
});

describe('weighted sums on wasm', () => {
  it("have the bits of tfjs' ops", async () => {
    await backends.use('wasm');
    const [a, b] = [noise([70_001], 1), noise([70_001], 2)];
    const [sum, want] = tf.tidy(() => [
      tf.engine().runKernel('WeightedSum', { a, b }, { factor: 0.7, otherFactor: -0.3 }) as tf.Tensor,
      tf.sub(tf.mul(a, 0.7), tf.mul(b, 0.3)),
    ]);
    expect(await sum.data()).to.deep.equal(await want.data());
    tf.dispose([a, b, sum, want]);
  });
});

describe('training on wasm', () => {
  const start = tf.findBackendFactory('wasm');
  /** Another number of threads, whatever another test has left. */
  async function restart(threads: number): Promise<void> {
    await backends.use('cpu');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', start, 2);
    await backends.use('wasm', { threads });
  }
  after(() => restart(1));

  /** A layer of each kind that has a loop of its own, large enough to be divided among threads. */
  const network = () =>
    new nn.Sequential(
      new nn.Conv2d(1, 16, 5, { stride: 2, padding: 1 }), // [8, 21, 21, 16]
      new nn.ReLU(),
      new nn.Conv2d(16, 32, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(3, { stride: 2 }), // [8, 10, 10, 32]
      new nn.Conv2d(32, 20, 2, { stride: 2 }), // [8, 5, 5, 20]
      new nn.Flatten(), // [8, 500]
      new nn.Linear(500, 300),
      new nn.ReLU(),
      new nn.Linear(300, 10),
    );

  /** Takes steps. @returns what the parameters are then, and how much data and memory there was after each step */
  async function train(steps: number): Promise<{ text: string; data: number[]; memory: number[] }> {
    using model = nn.skipInit(network);
    for (const [i, parameter] of [...model.parameters()].entries()) {
      const values = tf.tidy(() => tf.mul(noise([...parameter.value.shape], i), 0.1));
      parameter.value.assign(values);
      values.dispose();
    }
    const optimizer = new training.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
    const loss = new nn.CrossEntropyLoss();
    const x = noise([8, 43, 43, 1], 3);
    const y = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7], 'int32');
    const [data, memory]: [number[], number[]] = [[], []];
    for (let step = 0; step < steps; step++) {
      const { value, grads } = training.valueAndGrads(model, () => loss.forward(model.forward(x), y));
      optimizer.step(grads);
      tf.dispose([value, ...grads.values()]);
      data.push(tf.backend().numDataIds());
      memory.push((tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length);
    }
    const values = await Promise.all([...model.parameters()].map((parameter) => parameter.value.data<'float32'>()));
    optimizer.dispose();
    tf.dispose([x, y]);
    const text = values.map((each) => Buffer.from(each.slice().buffer).toString('base64')).join();
    return { text, data, memory };
  }

  it('gives the same bits on any number of threads', async () => {
    const texts = new Set<string>();
    for (const threads of [1, 2, 4]) {
      await restart(threads);
      texts.add((await train(3)).text);
    }
    expect(texts.size).to.equal(1);
  });

  it('keeps no data and takes no memory from step to step', async () => {
    await restart(2);
    const before = tf.backend().numDataIds();
    const { data, memory } = await train(30);
    expect(new Set(data.slice(1)).size).to.equal(1);
    expect(new Set(memory.slice(5)).size).to.equal(1);
    expect(tf.backend().numDataIds()).to.equal(before);
  });
});
