import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError, valuesOf } from './support.js';

const F = nn.functional;

/** What an op gives, as numbers. */
async function numbers(op: () => tf.Tensor): Promise<number[]> {
  const result = tf.tidy(op);
  const values = await valuesOf(result);
  result.dispose();
  return values;
}

function expectNear(got: readonly number[], want: readonly number[]): void {
  expect(got.length).to.equal(want.length);
  for (const [index, value] of want.entries()) expect(got[index]).to.be.closeTo(value, 1e-4);
}

/** Variables of one channel: mean 0 and variance 1. */
function runningStatistics(): [tf.Variable, tf.Variable] {
  return tf.tidy(() => [tf.variable(tf.zeros([1])), tf.variable(tf.ones([1]))]);
}

describe('arguments that functions have and layers have not', () => {
  forEachBackend(() => {
    const [x, zero] = [() => tf.tensor1d([1, -2]), () => tf.tensor1d([0, 0])];
    const weight = () => tf.tensor1d([1, 3]);
    // Of Huber's loss PyTorch takes the mean over the elements.
    const weighted = [
      ['mseLoss', F.mseLoss, { none: [1, 12], sum: [13], mean: [3.25] }],
      ['l1Loss', F.l1Loss, { none: [1, 6], sum: [7], mean: [1.75] }],
      ['huberLoss', F.huberLoss, { none: [0.5, 4.5], sum: [5], mean: [2.5] }],
    ] as const;
    for (const [name, loss, wants] of weighted) {
      for (const reduction of ['none', 'sum', 'mean'] as const) {
        it(`${name} with weights, ${reduction}`, async () => {
          expectNear(await numbers(() => loss(x(), zero(), { weight: weight(), reduction })), wants[reduction]);
        });
      }
    }

    it('batchNorm in training moves running statistics that are variables', async () => {
      const [mean, variance] = runningStatistics();
      const batch = () => tf.tensor2d([[1], [3]]);
      expectNear(await numbers(() => F.batchNorm(batch(), mean, variance, { training: true, momentum: 0.5 })), [-1, 1]);
      expectNear([...(await valuesOf(mean)), ...(await valuesOf(variance))], [1, 1.5]);
      expectNear(await numbers(() => F.batchNorm(batch(), mean, variance, { training: true })), [-1, 1]);
      expectNear([...(await valuesOf(mean)), ...(await valuesOf(variance))], [1.1, 1.55]);
      expectNear(await numbers(() => F.batchNorm(batch(), null, null, { training: true, eps: 3 })), [-0.5, 0.5]);
      expectNear(await numbers(() => F.batchNorm(batch(), mean, variance, { eps: 0 })), [
        -0.1 / Math.sqrt(1.55),
        1.9 / Math.sqrt(1.55),
      ]);
      tf.dispose([mean, variance]);
    });

    it('instanceNorm moves running statistics towards the mean of the images, or normalises by them', async () => {
      const [runningMean, runningVar] = runningStatistics();
      const images = () => tf.tensor4d([1, 3, 2, 2], [2, 1, 2, 1]);
      expectNear(await numbers(() => F.instanceNorm(images(), { runningMean, runningVar })), [-1, 1, 0, 0]);
      expectNear([...(await valuesOf(runningMean)), ...(await valuesOf(runningVar))], [0.2, 1]);
      const byRunning = { runningMean, runningVar, useInputStats: false };
      expectNear(await numbers(() => F.instanceNorm(images(), byRunning)), [0.8, 2.8, 1.8, 1.8]);
      tf.dispose([runningMean, runningVar]);
    });

    it('linear takes its bias, softmax its dimension, and what could be computed in place is not', async () => {
      const rows = () => tf.tensor2d([[1, -2]]);
      const identity = () => tf.eye(2);
      expectNear(await numbers(() => F.linear(rows(), identity(), { bias: weight() })), [2, 1]);
      expectNear(await numbers(() => F.linear(rows(), identity(), { bias: tf.scalar(1) })), [2, -1]);
      expectNear(await numbers(() => F.linear(rows(), identity())), [1, -2]);
      expectNear(await numbers(() => F.linear(rows(), weight())), [-5]);
      const scalar = tf.tidy(() => F.linear(x(), weight(), { bias: tf.scalar(1) }));
      expect(scalar.shape).to.deep.equal([]);
      expectNear(await valuesOf(scalar), [-4]);
      scalar.dispose();
      expectNear(await numbers(() => F.softmax(rows(), { dim: 0 })), [1, 1]);
      const input = x();
      expectNear(await numbers(() => F.relu(input, { inplace: true })), [1, 0]);
      expectNear(await valuesOf(input), [1, -2]);
      input.dispose();
    });
  });
});

describe('wrong arguments of functions', () => {
  const sequence = () => tf.zeros([2, 3]);
  const wrong: [what: string, use: () => unknown, name: string, message: string][] = [
    ...(['mseLoss', 'l1Loss', 'huberLoss'] as const).map((name): (typeof wrong)[number] => {
      const who = { mseLoss: 'MSELoss', l1Loss: 'L1Loss', huberLoss: 'HuberLoss' }[name];
      return [
        `weights of another shape in ${name}`,
        () => F[name](sequence(), sequence(), { weight: tf.zeros([3]) }),
        'ShapeError',
        `${who}: expected a weight of the input's shape [2, 3], got [3]. Reshape one of them.`,
      ];
    }),
    [
      'a weight of rank 3 in linear',
      () => F.linear(sequence(), tf.zeros([3, 1, 1])),
      'ShapeError',
      'Linear: expected a weight [inFeatures, outFeatures], or [inFeatures] for one output without an axis, ' +
        'got a tensor of rank 3 with shape [3, 1, 1]. Reshape it first.',
    ],
    [
      'a weight of rank 2 in prelu',
      () => F.prelu(sequence(), tf.zeros([1, 3])),
      'ShapeError',
      'PReLU: expected a weight of shape [] or [channels], got [1, 3]. Flatten it with tf.reshape.',
    ],
    [
      'batchNorm without running statistics',
      () => F.batchNorm(sequence(), null, null),
      'ZooError',
      'BatchNorm: expected a running mean and a running variance, got null and null. ' +
        'Give both, or normalise by the statistics of the input.',
    ],
    [
      'batchNorm with a running mean alone',
      () => F.batchNorm(sequence(), tf.zeros([3]), null, { training: true }),
      'ZooError',
      'BatchNorm: expected a running mean and a running variance, or neither, got [3] and null. ' +
        'Give both, or normalise by the statistics of the input.',
    ],
    [
      'batchNorm in training on running statistics that cannot change',
      () => F.batchNorm(sequence(), tf.zeros([3]), tf.ones([3]), { training: true }),
      'ZooError',
      'BatchNorm: expected running statistics as variables, for training changes them, got a tensor of shape [3]. ' +
        'Make them with tf.variable.',
    ],
    [
      'instanceNorm by running statistics that are missing',
      () => F.instanceNorm(tf.zeros([1, 2, 2, 3]), { useInputStats: false }),
      'ZooError',
      'InstanceNorm2d: expected a running mean and a running variance, got null and null. ' +
        'Give both, or normalise by the statistics of the input.',
    ],
    [
      'instanceNorm on running statistics that cannot change',
      () => F.instanceNorm(tf.zeros([1, 2, 2, 3]), { runningMean: tf.zeros([3]), runningVar: tf.ones([3]) }),
      'ZooError',
      'InstanceNorm2d: expected running statistics as variables, for training changes them, got a tensor of shape [3]. ' +
        'Make them with tf.variable.',
    ],
    ...[
      ['MaxPool2d', () => F.maxPool2d(tf.zeros([2, 2, 3]), 2, { returnIndices: true })] as const,
      ['AdaptiveMaxPool2d', () => F.adaptiveMaxPool2d(tf.zeros([2, 2, 3]), 1, { returnIndices: true })] as const,
    ].map(([who, use]): (typeof wrong)[number] => [
      `indices of ${who}`,
      use,
      'ShapeError',
      `${who}: expected returnIndices false, got true. Indices are not there: one tensor comes out.`,
    ]),
  ];
  for (const [what, use, name, message] of wrong) {
    it(what, () => expectError(() => tf.tidy(() => void use()), name, message));
  }
});
