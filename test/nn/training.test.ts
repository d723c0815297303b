import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, manualSeed, nn } from 'tfjs-zoo';
import { backendNames, forEachBackend } from '../support/backends.js';
import { Pair, valuesOf } from './support.js';

/** A small CNN with every kind of layer that behaves differently in training. */
function tinyCnn(): nn.Sequential {
  return new nn.Sequential(
    new nn.LazyConv2d(4, 3, { padding: 1 }), // [N, 8, 8, 4]
    new nn.LazyBatchNorm2d(),
    new nn.ReLU(),
    new nn.MaxPool2d(3, { stride: 2, padding: 1 }), // [N, 4, 4, 4]
    new nn.Conv2d(4, 8, 3, { groups: 2 }), // [N, 2, 2, 8]
    new nn.PReLU(),
    new nn.AdaptiveAvgPool2d(2),
    new nn.Flatten(), // [N, 32]
    new nn.Dropout({ p: 0.1 }),
    new nn.LazyLinear(3),
  );
}

/** 30 steps of gradient descent; the loss at each. */
async function train(): Promise<number[]> {
  manualSeed(7);
  using net = tinyCnn();
  // Waves along the rows, along the columns, and along both.
  const images = tf.tidy(() => {
    const [row, column] = [tf.reshape(tf.range(0, 8), [8, 1]), tf.reshape(tf.range(0, 8), [1, 8])];
    const waves = [tf.add(row, tf.zerosLike(column)), tf.add(column, tf.zerosLike(row)), tf.add(row, column)];
    const shifted = [0, 1].flatMap((shift) => waves.map((wave) => tf.sin(tf.add(wave, shift))));
    return tf.stack([tf.stack(shifted), tf.neg(tf.stack(shifted))], 3); // [6, 8, 8, 2]
  });
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3));
  net.forward(images).dispose();
  const optimizer = tf.train.sgd(0.1);
  const losses: number[] = [];
  const before = tf.memory();
  for (let step = 0; step < 30; step++) {
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(labels, net.forward(images)) as tf.Scalar,
    );
    expect(Object.keys(grads)).to.have.length([...net.parameters()].length);
    optimizer.applyGradients(grads);
    losses.push((await value.data())[0]!);
    tf.dispose([value, grads]);
  }
  expect(tf.memory().numTensors, 'tensors left by the steps').to.equal(before.numTensors);
  expect(tf.memory().numDataBuffers, 'data left by the steps').to.equal(before.numDataBuffers);
  expect((net.get('1') as nn.BatchNorm2d).num_batches_tracked!.value).to.equal(31n);
  optimizer.dispose();
  tf.dispose([images, labels]);
  return losses;
}

describe('training', () => {
  it('a tiny CNN goes the same way on every backend, without a leak', async () => {
    const [first, ...others] = await (async () => {
      const all: number[][] = [];
      for (const name of backendNames) {
        await backends.use(name);
        all.push(await train());
      }
      return all;
    })();
    expect(first!.at(-1)!).to.be.lessThan(first![0]! / 2);
    for (const other of others) {
      for (const [step, loss] of other.entries()) expect(loss, `step ${step}`).to.be.closeTo(first![step]!, 1e-3);
    }
    await backends.use('cpu');
  });

  forEachBackend(() => {
    it('adds up the gradients of a layer used twice', async () => {
      using linear = new nn.Linear(1, 1, { bias: false });
      linear.loadStateDict(new Map([['weight', { dtype: 'float32', shape: [1, 1], data: Float32Array.of(3) }]]));
      const x = tf.tensor2d([[2]]);
      // d(w·w·x)/dw = 2·w·x
      const { value, grads } = tf.variableGrads(() => tf.sum(linear.forward(linear.forward(x))));
      expect(await valuesOf(value)).to.deep.equal([18]);
      expect(await valuesOf(grads[linear.weight.value.name]!)).to.deep.equal([12]);
      tf.dispose([x, value, grads]);
    });

    it('adds up the gradients of a module that stands in two places', async () => {
      const shared = new nn.Linear(1, 1);
      using model = new Pair(shared, new nn.Sequential(shared));
      shared.loadStateDict(
        new Map([
          ['weight', { dtype: 'float32', shape: [1, 1], data: Float32Array.of(3) }],
          ['bias', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }],
        ]),
      );
      const x = tf.tensor2d([[2]]);
      // w(wx + b) + b: d/dw = 2wx + b, d/db = w + 1
      const { value, grads } = tf.variableGrads(() => tf.sum(model.forward(x)));
      expect(await valuesOf(grads[shared.weight.value.name]!)).to.deep.equal([13]);
      expect(await valuesOf(grads[shared.bias!.value.name]!)).to.deep.equal([4]);
      tf.dispose([x, value, grads]);
    });

    it('gradients of two losses are the gradient of their sum', async () => {
      using model = new nn.Sequential(new nn.Conv2d(1, 2, 2), new nn.Flatten(), new nn.Linear(8, 1));
      const x = tf.tidy(() => tf.reshape(tf.linspace(-1, 1, 9), [1, 3, 3, 1]));
      const first = () => tf.sum(tf.square(model.forward(x))) as tf.Scalar;
      const second = () => tf.sum(model.forward(tf.neg(x))) as tf.Scalar;
      const a = tf.variableGrads(first);
      const b = tf.variableGrads(second);
      const both = tf.variableGrads(() => tf.add(first(), second()) as tf.Scalar);
      for (const name of Object.keys(both.grads)) {
        const want = await valuesOf(both.grads[name]!);
        const [left, right] = [await valuesOf(a.grads[name]!), await valuesOf(b.grads[name]!)];
        for (const [i, value] of want.entries()) expect(left[i]! + right[i]!).to.be.closeTo(value, 1e-5);
      }
      tf.dispose([x, a, b, both] as unknown as tf.TensorContainer);
    });
  });
});
