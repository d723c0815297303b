import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

/** [what is wrong, how, the whole message]; every error here is a ShapeError. */
type Wrong = readonly [what: string, use: () => unknown, message: string];

/** A call of a module that owns no state or whose state is freed again. */
function call(build: () => nn.Module, ...inputs: tf.Tensor[]): () => unknown {
  return () => {
    const module = build();
    try {
      return tf.tidy(() => module.forward(inputs[0]!));
    } finally {
      module.dispose();
      tf.dispose(inputs);
    }
  };
}

const integers = "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.";
const mapping = (who: string) =>
  `${who}: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [2, 3]. Add the missing axis with tf.expandDims.`;

describe('wrong arguments', () => {
  const pairs = (who: string, what: string, least: number, got: string) =>
    `${who}: expected ${what} to be one or two integers of at least ${least}, got ${got}. Give one number, or [height, width].`;
  const cases: Wrong[] = [
    [
      'groups that do not divide the input channels',
      () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
      'Conv2d: expected inChannels to be a positive multiple of groups = 2, got 3. Change the channels or the groups.',
    ],
    [
      'groups that do not divide the output channels',
      () => new nn.Conv2d(4, 5, 3, { groups: 2 }),
      'Conv2d: expected outChannels to be a positive multiple of groups = 2, got 5. Change the channels or the groups.',
    ],
    [
      'groups that do not divide the output channels of a lazy convolution',
      () => new nn.LazyConv2d(5, 3, { groups: 2 }),
      'Conv2d: expected outChannels to be a positive multiple of groups = 2, got 5. Change the channels or the groups.',
    ],
    ...[0, -1, 1.5, Number.NaN].flatMap((n): Wrong[] => [
      [
        `groups ${n}`,
        () => new nn.Conv2d(3, 3, 3, { groups: n }),
        `Conv2d: expected groups to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `inChannels ${n}`,
        () => new nn.Conv2d(n, 3, 3),
        `Conv2d: expected inChannels to be a positive multiple of groups = 1, got ${n}. Change the channels or the groups.`,
      ],
      [
        `outChannels ${n}`,
        () => new nn.Conv2d(3, n, 3),
        `Conv2d: expected outChannels to be a positive multiple of groups = 1, got ${n}. Change the channels or the groups.`,
      ],
      [`kernelSize ${n}`, () => new nn.Conv2d(3, 3, n), pairs('Conv2d', 'kernelSize', 1, `${n}`)],
      [`kernelSize [3, ${n}]`, () => new nn.Conv2d(3, 3, [3, n]), pairs('Conv2d', 'kernelSize', 1, `[3, ${n}]`)],
      [`stride ${n}`, () => new nn.Conv2d(3, 3, 3, { stride: n }), pairs('Conv2d', 'stride', 1, `${n}`)],
      [`dilation ${n}`, () => new nn.Conv2d(3, 3, 3, { dilation: n }), pairs('Conv2d', 'dilation', 1, `${n}`)],
      [
        `inFeatures ${n}`,
        () => new nn.Linear(n, 3),
        `Linear: expected inFeatures to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `outFeatures ${n}`,
        () => new nn.LazyLinear(n),
        `Linear: expected outFeatures to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numFeatures ${n}`,
        () => new nn.BatchNorm2d(n),
        `BatchNorm2d: expected numFeatures to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numFeatures ${n}`,
        () => new nn.BatchNorm1d(n),
        `BatchNorm1d: expected numFeatures to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `numParameters ${n}`,
        () => new nn.PReLU({ numParameters: n }),
        `PReLU: expected numParameters to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [
        `size ${n}`,
        () => new nn.LocalResponseNorm(n),
        `LocalResponseNorm: expected size to be a positive integer, got ${n}. Give 1 or more.`,
      ],
      [`kernelSize ${n}`, () => new nn.MaxPool2d(n), pairs('MaxPool2d', 'kernelSize', 1, `${n}`)],
      [`stride ${n}`, () => new nn.MaxPool2d(2, { stride: n }), pairs('MaxPool2d', 'stride', 1, `${n}`)],
      [
        `dilation ${n}`,
        () => new nn.MaxPool2d(2, { dilation: [1, n] }),
        pairs('MaxPool2d', 'dilation', 1, `[1, ${n}]`),
      ],
      [`kernelSize ${n}`, () => new nn.AvgPool2d([n, 2]), pairs('AvgPool2d', 'kernelSize', 1, `[${n}, 2]`)],
      [`stride ${n}`, () => new nn.AvgPool2d(2, { stride: n }), pairs('AvgPool2d', 'stride', 1, `${n}`)],
      [
        `outputSize ${n}`,
        () => new nn.AdaptiveAvgPool2d([null, n]),
        `AdaptiveAvgPool2d: expected outputSize to be one or two positive integers or null, got [null, ${n}]. Give one number, or [height, width].`,
      ],
    ]),
    ...[-1, 0.5].map(
      (n): Wrong => [
        `padding ${n}`,
        () => new nn.Conv2d(3, 3, 3, { padding: n }),
        pairs('Conv2d', 'padding', 0, `${n}`),
      ],
    ),
    ['padding -1', () => new nn.MaxPool2d(2, { padding: -1 }), pairs('MaxPool2d', 'padding', 0, '-1')],
    ['no kernel size', () => new nn.Conv2d(3, 3, undefined as never), pairs('Conv2d', 'kernelSize', 1, 'undefined')],
    ['three sizes', () => new nn.Conv2d(3, 3, [1, 2, 3] as never), pairs('Conv2d', 'kernelSize', 1, '[1, 2, 3]')],
    ['text for a size', () => new nn.MaxPool2d('3' as never), pairs('MaxPool2d', 'kernelSize', 1, '3')],
    [
      'an unknown padding',
      () => new nn.Conv2d(3, 3, 3, { padding: 'full' as never }),
      "Conv2d: expected padding as numbers, 'same' or 'valid', got 'full'. Choose one of these.",
    ],
    [
      "'same' with a stride",
      () => new nn.Conv2d(3, 3, 3, { padding: 'same', stride: [1, 2] }),
      "Conv2d: expected stride 1 with padding 'same', got stride [1, 2]. Give the padding as numbers.",
    ],
    [
      'an unknown padding mode',
      () => new nn.Conv2d(3, 3, 3, { paddingMode: 'mirror' as never }),
      "Conv2d: expected paddingMode to be one of zeros, reflect, replicate, circular, got 'mirror'. Choose one of these.",
    ],
    [
      'returnIndices',
      () => new nn.MaxPool2d(2, { returnIndices: true }),
      'MaxPool2d: expected returnIndices false, got true. Indices are not there: one tensor comes out.',
    ],
    [
      'padding of more than half the kernel',
      () => new nn.MaxPool2d(3, { padding: [1, 2] }),
      'MaxPool2d: expected padding of at most half the kernel size [3, 3], got [1, 2]. Pad the image first if you need more.',
    ],
    [
      'padding of more than half the kernel, dilated',
      () => new nn.MaxPool2d(3, { padding: 2, dilation: 2 }),
      'MaxPool2d: expected padding of at most half the kernel size [3, 3], got [2, 2]. Pad the image first if you need more.',
    ],
    [
      'padding of more than half the kernel',
      () => new nn.AvgPool2d([2, 4], { padding: 2 }),
      'AvgPool2d: expected padding of at most half the kernel size [2, 4], got [2, 2]. Pad the image first if you need more.',
    ],
    ...[-0.1, 1.1, Number.NaN].map(
      (p): Wrong => [
        `p = ${p}`,
        () => new nn.Dropout({ p }),
        `Dropout: expected a probability p from 0 to 1, got ${p}. Give the share to drop, such as 0.5.`,
      ],
    ),
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) it(what, () => expectError(use, 'ShapeError', message));
  });
});

describe('wrong inputs', () => {
  const cases: (readonly [what: string, use: () => () => unknown, message: string])[] = [
    [
      'NCHW given for NHWC',
      () => call(() => new nn.Conv2d(3, 4, 3), tf.zeros([1, 3, 224, 224])),
      'Conv2d: expected 3 input channels (last axis, NHWC), got shape [1, 3, 224, 224]. This looks like NCHW: transpose it with [0, 2, 3, 1].',
    ],
    [
      'CHW given for HWC',
      () => call(() => new nn.Conv2d(3, 4, 3), tf.zeros([3, 8, 9])),
      'Conv2d: expected 3 input channels (last axis, HWC), got shape [3, 8, 9]. This looks like CHW: transpose it with [1, 2, 0].',
    ],
    [
      'the wrong number of channels',
      () => call(() => new nn.Conv2d(4, 4, 3, { groups: 2 }), tf.zeros([1, 8, 8, 2])),
      'Conv2d: expected 4 input channels (last axis, NHWC), got shape [1, 8, 8, 2]. ' +
        'Give an input of 4 channels, channels last, or build the layer for 2 channels.',
    ],
    [
      'NCHW given to BatchNorm2d',
      () => call(() => new nn.BatchNorm2d(5), tf.zeros([2, 5, 3, 4])),
      'BatchNorm2d: expected 5 input channels (last axis, NHWC), got shape [2, 5, 3, 4]. This looks like NCHW: transpose it with [0, 2, 3, 1].',
    ],
    [
      'NCL given to BatchNorm1d',
      () => call(() => new nn.BatchNorm1d(5), tf.zeros([2, 5, 3])),
      'BatchNorm1d: expected 5 input channels (last axis, NLC), got shape [2, 5, 3]. This looks like NCL: transpose it with [0, 2, 1].',
    ],
    [
      'the wrong number of features in BatchNorm1d',
      () => call(() => new nn.BatchNorm1d(5), tf.zeros([2, 4])),
      'BatchNorm1d: expected 5 input channels (last axis, NC), got shape [2, 4]. ' +
        'Give an input of 5 channels, channels last, or build the layer for 4 channels.',
    ],
    [
      'integer images given to a convolution',
      () => call(() => new nn.Conv2d(3, 4, 3), tf.zeros([1, 8, 8, 3], 'int32')),
      `Conv2d: expected a float32 tensor, got int32 of shape [1, 8, 8, 3]. ${integers}`,
    ],
    [
      'integer images given to a lazy convolution',
      () => call(() => new nn.LazyConv2d(4, 3), tf.zeros([8, 8, 3], 'int32')),
      `LazyConv2d: expected a float32 tensor, got int32 of shape [8, 8, 3]. ${integers}`,
    ],
    [
      'integers given to LazyLinear',
      () => call(() => new nn.LazyLinear(4), tf.zeros([8, 3], 'int32')),
      `LazyLinear: expected a float32 tensor, got int32 of shape [8, 3]. ${integers}`,
    ],
    ...(
      [
        ['Linear', () => new nn.Linear(3, 1), [2, 3]],
        ['BatchNorm2d', () => new nn.BatchNorm2d(3), [2, 2, 2, 3]],
        ['MaxPool2d', () => new nn.MaxPool2d(2), [2, 2, 2, 3]],
        ['AvgPool2d', () => new nn.AvgPool2d(2), [2, 2, 2, 3]],
        ['AdaptiveAvgPool2d', () => new nn.AdaptiveAvgPool2d(2), [2, 2, 2, 3]],
        ['LocalResponseNorm', () => new nn.LocalResponseNorm(2), [2, 2, 2, 3]],
        ['Softmax', () => new nn.Softmax({ dim: 1 }), [2, 3]],
        ['LogSoftmax', () => new nn.LogSoftmax({ dim: 1 }), [2, 3]],
        ['PReLU', () => new nn.PReLU(), [2, 3]],
        ['Dropout', () => new nn.Dropout(), [2, 3]],
      ] as const
    ).map(
      ([who, build, shape]) =>
        [
          `integers given to ${who}`,
          () => call(build, tf.zeros([...shape], 'int32')),
          `${who}: expected a float32 tensor, got int32 of shape [${shape.join(', ')}]. ${integers}`,
        ] as const,
    ),
    ...(['Conv2d', 'LazyConv2d', 'MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d'] as const).map(
      (who) =>
        [
          `a matrix given to ${who}`,
          () =>
            call(
              () =>
                ({
                  Conv2d: () => new nn.Conv2d(3, 1, 1),
                  LazyConv2d: () => new nn.LazyConv2d(3, 1),
                  MaxPool2d: () => new nn.MaxPool2d(1),
                  AvgPool2d: () => new nn.AvgPool2d(1),
                  AdaptiveAvgPool2d: () => new nn.AdaptiveAvgPool2d(1),
                })[who](),
              tf.zeros([2, 3]),
            ),
          mapping(who),
        ] as const,
    ),
    [
      'one image given to BatchNorm2d',
      () => call(() => new nn.BatchNorm2d(3), tf.zeros([4, 4, 3])),
      'BatchNorm2d: expected an image batch [N, H, W, C], got a tensor of rank 3 with shape [4, 4, 3]. Add the missing axis with tf.expandDims.',
    ],
    [
      'images given to BatchNorm1d',
      () => call(() => new nn.BatchNorm1d(3), tf.zeros([1, 4, 4, 3])),
      'BatchNorm1d: expected vectors [N, C] or sequences [N, L, C], got a tensor of rank 4 with shape [1, 4, 4, 3]. Reshape it first.',
    ],
    [
      'an image smaller than the kernel',
      () => call(() => new nn.Conv2d(1, 1, [5, 3], { padding: [1, 0] }), tf.zeros([1, 2, 9, 1])),
      'Conv2d: expected a padded image of at least 5×3 (the kernel), got 4×9 from shape [1, 2, 9, 1]. Give a larger image or more padding.',
    ],
    [
      'an image smaller than the dilated kernel',
      () => call(() => new nn.Conv2d(1, 1, 3, { dilation: 2 }), tf.zeros([4, 9, 1])),
      'Conv2d: expected a padded image of at least 5×5 (the kernel, dilated), got 4×9 from shape [4, 9, 1]. Give a larger image or more padding.',
    ],
    [
      'an image smaller than the window',
      () => call(() => new nn.MaxPool2d(3), tf.zeros([1, 2, 9, 1])),
      'MaxPool2d: expected an image of at least the kernel size [3, 3], got shape [1, 2, 9, 1] with padding [0, 0]. ' +
        'Give a larger image, or use fewer poolings.',
    ],
    [
      'an image smaller than the window',
      () => call(() => new nn.AvgPool2d(4, { padding: 1 }), tf.zeros([1, 9, 1, 1])),
      'AvgPool2d: expected an image of at least the kernel size [4, 4], got shape [1, 9, 1, 1] with padding [1, 1]. ' +
        'Give a larger image, or use fewer poolings.',
    ],
    [
      'an image too small to be mirrored',
      () => call(() => new nn.Conv2d(1, 1, 3, { padding: 2, paddingMode: 'reflect' }), tf.zeros([1, 2, 4, 1])),
      'Conv2d: expected reflect padding of at most 1 rows and 3 columns, got 2 and 2 for shape [1, 2, 4, 1]. Give a larger image or less padding.',
    ],
    [
      'an image too small to be continued by its other side',
      () => call(() => new nn.Conv2d(1, 1, 3, { padding: [2, 3], paddingMode: 'circular' }), tf.zeros([3, 2, 1])),
      'Conv2d: expected circular padding of at most 3 rows and 2 columns, got 2 and 3 for shape [3, 2, 1]. Give a larger image or less padding.',
    ],
    [
      'an image too small for the longer side of same padding',
      () =>
        call(
          () => new nn.Conv2d(1, 1, 4, { padding: 'same', dilation: 3, paddingMode: 'circular' }),
          tf.zeros([1, 4, 5, 1]),
        ),
      'Conv2d: expected circular padding of at most 4 rows and 5 columns, got 5 and 5 for shape [1, 4, 5, 1]. Give a larger image or less padding.',
    ],
    [
      'an image without rows',
      () => call(() => new nn.Conv2d(1, 1, 1, { padding: 1, paddingMode: 'replicate' }), tf.zeros([1, 0, 5, 1])),
      'Conv2d: expected an image with rows, columns and channels, got shape [1, 0, 5, 1]. Only the batch may be empty.',
    ],
    [
      'channels that the groups of a lazy convolution do not divide',
      () => call(() => new nn.LazyConv2d(4, 1, { groups: 2 }), tf.zeros([1, 2, 2, 3])),
      'LazyConv2d: expected input channels (last axis) in a multiple of groups = 2, got shape [1, 2, 2, 3]. Change the channels or the groups.',
    ],
    [
      'one value a channel in training',
      () => call(() => new nn.BatchNorm2d(3), tf.zeros([1, 1, 1, 3])),
      'BatchNorm2d: expected more than 1 value per channel when training, got shape [1, 1, 1, 3]. ' +
        'Use a larger batch, or call eval() to use the running statistics.',
    ],
    [
      'one value a channel without running statistics',
      () => call(() => new nn.BatchNorm1d(3, { trackRunningStats: false }).eval(), tf.zeros([1, 3])),
      'BatchNorm1d: expected more than 1 value per channel without running statistics, got shape [1, 3]. ' +
        'Use a larger batch, or build the layer with trackRunningStats and call eval().',
    ],
    [
      'features that do not fit',
      () => call(() => new nn.Linear(4, 1), tf.zeros([2, 3])),
      'Linear: expected 4 features on the last axis, got shape [2, 3]. ' +
        'If this was an image, resize it to what the network was made for, and check that it has a batch axis.',
    ],
    [
      'a feature map given to a linear layer',
      () => call(() => new nn.Linear(36, 1), tf.zeros([1, 2, 2, 9])),
      'Linear: expected 36 features on the last axis, got shape [1, 2, 2, 9]. An image or a feature map needs nn.Flatten before a linear layer.',
    ],
    [
      'a scalar given to a linear layer',
      () => call(() => new nn.Linear(1, 1), tf.scalar(1)),
      'Linear: expected 1 features on the last axis, got shape []. ' +
        'If this was an image, resize it to what the network was made for, and check that it has a batch axis.',
    ],
    [
      'a scalar given to LazyLinear',
      () => call(() => new nn.LazyLinear(1), tf.scalar(1)),
      'LazyLinear: expected a tensor with features on its last axis, got shape []. Add a batch axis and features.',
    ],
    [
      'too few axes for LocalResponseNorm',
      () => call(() => new nn.LocalResponseNorm(2), tf.zeros([2, 3])),
      'LocalResponseNorm: expected at least 3 axes, got shape [2, 3]. Add the missing ones with tf.expandDims.',
    ],
    [
      'channels that do not fit the weights of PReLU',
      () => call(() => new nn.PReLU({ numParameters: 4 }), tf.zeros([1, 2, 2, 3])),
      'PReLU: expected 4 channels (last axis, after a batch axis), got shape [1, 2, 2, 3]. Set numParameters to 1 or to the channels.',
    ],
    [
      'a dimension that is not there',
      () => call(() => new nn.Softmax({ dim: 2 }), tf.zeros([2, 3])),
      'Softmax: expected a dimension from -2 to 1, got 2 for shape [2, 3]. Check the number of axes.',
    ],
    [
      'a dimension that is not there',
      () => call(() => new nn.LogSoftmax({ dim: -5 }), tf.zeros([1, 2, 2, 3])),
      'LogSoftmax: expected a dimension from -4 to 3, got -5 for shape [1, 2, 2, 3]. Check the number of axes.',
    ],
    [
      'a dimension that is not there',
      () => call(() => new nn.Flatten(), tf.zeros([3])),
      'Flatten: expected a dimension from -1 to 0, got 1 for shape [3]. Check the number of axes.',
    ],
    [
      'dimensions the wrong way round',
      () => call(() => new nn.Flatten({ startDim: 2, endDim: 1 }), tf.zeros([1, 2, 2, 3])),
      'Flatten: expected endDim not before startDim, got startDim 2 and endDim 1. Swap them.',
    ],
    [
      'a divisor of 0',
      () => call(() => new nn.AvgPool2d(2, { divisorOverride: 0 }), tf.zeros([1, 2, 2, 3])),
      'AvgPool2d: expected a divisorOverride other than 0, got 0. Leave it out for the mean.',
    ],
  ];
  forEachBackend(() => {
    for (const [what, prepare, message] of cases) {
      it(`${message.split(':')[0]}: ${what}`, () => expectError(() => prepare()(), 'ShapeError', message));
    }
  });
});

describe('wrong use of nn.init', () => {
  forEachBackend(() => {
    it('counts the fan of weights only', () => {
      using linear = new nn.Linear(2, 3);
      for (const init of [nn.init.xavierUniform, nn.init.xavierNormal, nn.init.kaimingUniform, nn.init.kaimingNormal]) {
        expectError(
          () => init(linear.bias!),
          'ShapeError',
          'init: expected a weight of at least 2 dimensions to count its fan, got shape [3]. Use init.uniform or init.normal.',
        );
      }
    });

    it('knows its nonlinearities', () => {
      expectError(
        () => nn.init.calculateGain('gelu' as never),
        'ZooError',
        'init.calculateGain: expected one of linear, conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d, sigmoid, tanh, relu, ' +
          "leaky_relu, selu, got 'gelu'. Choose one of these, or use init.normal.",
      );
    });
  });
});
