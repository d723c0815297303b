import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError, float32, valuesOf } from './support.js';

/** [what is wrong, how, the whole message]; every error here is a ShapeError. */
type Wrong = readonly [what: string, use: () => unknown, message: string];

/** Runs a new module on zeros of this shape, and frees both. */
function onZeros(build: () => nn.Module, shape: number[], dtype: 'float32' | 'int32' = 'float32'): () => unknown {
  return () => {
    using module = build();
    return tf.tidy(() => module.forward(tf.zeros(shape, dtype)));
  };
}

const layers = {
  InstanceNorm2d: () => new nn.InstanceNorm2d(3),
  LazyInstanceNorm2d: () => new nn.LazyInstanceNorm2d(),
  GroupNorm: () => new nn.GroupNorm(1, 3),
  LayerNorm: () => new nn.LayerNorm(3),
};

const images = 'an image batch [N, H, W, C] or one image [H, W, C]';

describe('wrong use of the norms', () => {
  const cases: Wrong[] = [
    ...[0, -1, 1.5, Number.NaN].flatMap((n): Wrong[] => [
      [
        `numFeatures ${n}`,
        () => new nn.InstanceNorm2d(n),
        `InstanceNorm2d: expected numFeatures to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numGroups ${n}`,
        () => new nn.GroupNorm(n, 4),
        `GroupNorm: expected numGroups to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numGroups ${n} in the function`,
        () => tf.tidy(() => nn.functional.groupNorm(tf.zeros([2, 4]), n)),
        `GroupNorm: expected numGroups to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numChannels ${n}`,
        () => new nn.GroupNorm(2, n),
        `GroupNorm: expected numChannels to be a positive multiple of numGroups = 2, got ${n}. Change the channels or the groups.`,
      ],
    ]),
    ...[-1, 1.5, Number.NaN].map(
      (n): Wrong => [
        `normalizedShape ${n}`,
        () => new nn.LayerNorm([3, n]),
        `LayerNorm: expected normalizedShape to be one or more integers of at least 0, got [3, ${n}]. Give the sizes of the axes that lie last.`,
      ],
    ),
    ...[0, -1e-5].map(
      (eps): Wrong => [
        `eps ${eps} in training`,
        onZeros(() => new nn.BatchNorm2d(3, { eps }), [2, 4, 4, 3]),
        `BatchNorm: expected a positive eps for the statistics of the batch, got ${eps}. Give one such as 1e-5.`,
      ],
    ),
    [
      'eps 0 without running statistics',
      onZeros(() => new nn.BatchNorm1d(3, { eps: 0, trackRunningStats: false }).eval(), [2, 3]),
      'BatchNorm: expected a positive eps for the statistics of the batch, got 0. Give one such as 1e-5.',
    ],
    [
      'a negative eps in evaluation',
      onZeros(() => new nn.BatchNorm2d(3, { eps: -1 }).eval(), [2, 4, 4, 3]),
      'BatchNorm: expected eps of at least 0, got -1. Give one such as 1e-5.',
    ],
    [
      'images without rows',
      onZeros(layers.GroupNorm, [2, 0, 4, 3]),
      'GroupNorm: expected at least 1 value per channel, got shape [2, 0, 4, 3]. Only the batch may be empty.',
    ],
    [
      'groups that do not divide the channels',
      () => new nn.GroupNorm(3, 10),
      'GroupNorm: expected numChannels to be a positive multiple of numGroups = 3, got 10. Change the channels or the groups.',
    ],
    [
      'groups that do not divide the channels of an input',
      () => tf.tidy(() => nn.functional.groupNorm(tf.zeros([2, 5, 5, 8]), 3)),
      'GroupNorm: expected input channels (last axis) in a multiple of numGroups = 3, got shape [2, 5, 5, 8]. Change the channels or the groups.',
    ],
    [
      'an empty normalizedShape',
      () => new nn.LayerNorm([]),
      'LayerNorm: expected normalizedShape to be one or more integers of at least 0, got []. Give the sizes of the axes that lie last.',
    ],
    ...Object.entries(layers).map(
      ([who, build]): Wrong => [
        `integers given to ${who}`,
        onZeros(build, [2, 2, 2, 3], 'int32'),
        `${who}: expected a float32 tensor, got int32 of shape [2, 2, 2, 3]. ` +
          "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
      ],
    ),
    ...(
      [
        [4, 3, 'Add the missing axis with tf.expandDims.'],
        [1, 1, 2, 2, 3, 'Reshape it first.'],
      ] as const
    ).map(([...given]): Wrong => {
      const remedy = given.pop();
      return [
        `rank ${given.length} given to InstanceNorm2d`,
        onZeros(layers.InstanceNorm2d, given as number[]),
        `InstanceNorm2d: expected ${images}, got a tensor of rank ${given.length} with shape [${given.join(', ')}]. ${remedy}`,
      ];
    }),
    [
      'a matrix given to the function instanceNorm',
      () => tf.tidy(() => nn.functional.instanceNorm(tf.zeros([4, 3]))),
      `InstanceNorm2d: expected ${images}, got a tensor of rank 2 with shape [4, 3]. Add the missing axis with tf.expandDims.`,
    ],
    [
      'NCHW given to InstanceNorm2d',
      onZeros(layers.InstanceNorm2d, [2, 3, 5, 4]),
      'InstanceNorm2d: expected 3 input channels (last axis, NHWC), got shape [2, 3, 5, 4]. This looks like NCHW: transpose it with [0, 2, 3, 1].',
    ],
    [
      'CHW given to InstanceNorm2d',
      onZeros(layers.InstanceNorm2d, [3, 5, 4]),
      'InstanceNorm2d: expected 3 input channels (last axis, HWC), got shape [3, 5, 4]. This looks like CHW: transpose it with [1, 2, 0].',
    ],
    [
      'the wrong number of channels in InstanceNorm2d',
      onZeros(layers.InstanceNorm2d, [5, 4, 8]),
      'InstanceNorm2d: expected 3 input channels (last axis, HWC), got shape [5, 4, 8]. ' +
        'Give an input of 3 channels, channels last, or build the layer for 8 channels.',
    ],
    [
      'one value a channel in training',
      onZeros(() => new nn.InstanceNorm2d(3, { trackRunningStats: true }), [2, 1, 1, 3]),
      'InstanceNorm2d: expected more than 1 spatial element when training, got shape [2, 1, 1, 3]. ' +
        'Use a larger image, or call eval() to use the running statistics.',
    ],
    [
      'one value a channel without running statistics',
      onZeros(() => new nn.InstanceNorm2d(3).eval() as nn.Module, [1, 1, 3]),
      'InstanceNorm2d: expected more than 1 spatial element without running statistics, got shape [1, 1, 3]. ' +
        'Use a larger image, or build the layer with trackRunningStats and call eval().',
    ],
    [
      'NCHW given to GroupNorm',
      onZeros(layers.GroupNorm, [2, 3, 5, 4]),
      'GroupNorm: expected 3 input channels (last axis, NHWC), got shape [2, 3, 5, 4]. This looks like NCHW: transpose it with [0, 2, 3, 1].',
    ],
    [
      'NCL given to GroupNorm',
      onZeros(layers.GroupNorm, [2, 3, 5]),
      'GroupNorm: expected 3 input channels (last axis, NLC), got shape [2, 3, 5]. This looks like NCL: transpose it with [0, 2, 1].',
    ],
    [
      'the wrong number of features in GroupNorm',
      onZeros(layers.GroupNorm, [2, 5]),
      'GroupNorm: expected 3 input channels (last axis, NC), got shape [2, 5]. ' +
        'Give an input of 3 channels, channels last, or build the layer for 5 channels.',
    ],
    [
      'a vector given to GroupNorm',
      onZeros(layers.GroupNorm, [3]),
      'GroupNorm: expected a batch axis and channels (last axis), got shape [3]. Add the missing axis with tf.expandDims.',
    ],
    [
      'one value a group',
      onZeros(() => new nn.GroupNorm(4, 4).eval() as nn.Module, [1, 1, 1, 4]),
      'GroupNorm: expected more than 1 value per group for the 4 groups, got shape [1, 1, 1, 4]. ' +
        'Use fewer groups, a larger input or a larger batch.',
    ],
    [
      'the wrong last axes in LayerNorm',
      onZeros(() => new nn.LayerNorm([4, 3]), [2, 5, 3]),
      'LayerNorm: expected [4, 3] on the last axes, got shape [2, 5, 3]. Give such an input, or build the layer for its last axes.',
    ],
    [
      'fewer axes than LayerNorm normalises',
      onZeros(() => new nn.LayerNorm([4, 3]), [3]),
      'LayerNorm: expected [4, 3] on the last axes, got shape [3]. Give such an input, or build the layer for its last axes.',
    ],
    [
      'a LayerNorm built for CHW',
      onZeros(() => new nn.LayerNorm([3, 5, 4]), [2, 5, 4, 3]),
      'LayerNorm: expected [3, 5, 4] on the last axes, got shape [2, 5, 4, 3]. ' +
        'Images are channels-last: build the layer for [5, 4, 3].',
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) it(what, () => expectError(use, 'ShapeError', message));

    it('statistics in a checkpoint are unexpected where none are tracked, and passed over where that is allowed', async () => {
      using tracking = new nn.InstanceNorm2d(2, { trackRunningStats: true });
      using plain = new nn.InstanceNorm2d(2);
      const entry = float32([2], [0, 1]);
      const state = new Map(['running_mean', 'running_var'].map((name) => [name, entry]));
      expectError(
        () => plain.loadStateDict(state),
        'StateDictError',
        "InstanceNorm2d.loadStateDict: expected a state dict with this model's names and shapes, got 2 unexpected: running_mean, running_var. " +
          'Check that the checkpoint is of this architecture, or pass { strict: false } to load what matches.',
      );
      plain.loadStateDict(state, { strict: false });
      tracking.loadStateDict(state); // a checkpoint older than num_batches_tracked
      expect(await valuesOf(tracking.running_var!.value)).to.deep.equal([0, 1]);
    });
  });
});
