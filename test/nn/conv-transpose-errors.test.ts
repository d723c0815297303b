import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

type Options = nn.ConvTranspose2dOptions & { lazy?: boolean };

/** Builds ConvTranspose2d(4, 6, kernel) and calls it with zeros of a shape. */
function call(shape: number[], kernelSize: nn.NumberOrPair, options: Options = {}, outputSize?: number[]): () => void {
  const { lazy, ...rest } = options;
  return () => {
    using up = lazy ? new nn.LazyConvTranspose2d(6, kernelSize, rest) : new nn.ConvTranspose2d(4, 6, kernelSize, rest);
    tf.tidy(() => up.forward(tf.zeros(shape), outputSize && { outputSize }));
  };
}

const who = 'ConvTranspose2d: expected';

describe('wrong arguments of ConvTranspose2d', () => {
  const build = (options: object) => () => new nn.ConvTranspose2d(4, 6, 3, options);
  const pair = (what: string, least: number, got: unknown) =>
    `${who} ${what} to be one or two integers of at least ${least}, got ${got}. Give one number, or [height, width].`;
  const multiple = (what: string, groups: number, got: number) =>
    `${who} ${what} to be a positive multiple of groups = ${groups}, got ${got}. Change the channels or the groups.`;
  const cases: [what: string, use: () => unknown, message: string][] = [
    ...[0, -1, 1.5, Number.NaN].flatMap((n): [string, () => unknown, string][] => [
      [`groups ${n}`, build({ groups: n }), `${who} groups to be a positive integer, got ${n}. Give 1 or more.`],
      [`inChannels ${n}`, () => new nn.ConvTranspose2d(n, 3, 3), multiple('inChannels', 1, n)],
      [`outChannels ${n}`, () => new nn.LazyConvTranspose2d(n, 3), multiple('outChannels', 1, n)],
      [`kernelSize ${n}`, () => new nn.ConvTranspose2d(3, 3, [2, n]), pair('kernelSize', 1, `[2, ${n}]`)],
      [`stride ${n}`, build({ stride: n }), pair('stride', 1, n)],
      [`dilation ${n}`, build({ dilation: [n, 1] }), pair('dilation', 1, `[${n}, 1]`)],
    ]),
    ['padding -1', build({ padding: -1 }), pair('padding', 0, -1)],
    ["padding 'same'", build({ padding: 'same' }), pair('padding', 0, 'same')],
    ['outputPadding -1', build({ outputPadding: [0, -1] }), pair('outputPadding', 0, '[0, -1]')],
    ['groups that do not divide inChannels', build({ groups: 3 }), multiple('inChannels', 3, 4)],
    [
      'groups that do not divide outChannels',
      () => new nn.LazyConvTranspose2d(5, 3, { groups: 2 }),
      multiple('outChannels', 2, 5),
    ],
    [
      'a padding mode',
      build({ paddingMode: 'reflect' }),
      `${who} paddingMode 'zeros', got 'reflect'. Leave it out: PyTorch has no other either.`,
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) it(what, () => expectError(use, 'ShapeError', message));
  });
});

describe('wrong inputs of ConvTranspose2d', () => {
  const cases: [what: string, use: () => unknown, message: string][] = [
    [
      'NCHW given for NHWC',
      call([1, 4, 5, 6], 3),
      `${who} 4 input channels (last axis, NHWC), got shape [1, 4, 5, 6]. This looks like NCHW: transpose it with [0, 2, 3, 1].`,
    ],
    [
      'CHW given for HWC',
      call([4, 5, 6], 3),
      `${who} 4 input channels (last axis, HWC), got shape [4, 5, 6]. This looks like CHW: transpose it with [1, 2, 0].`,
    ],
    [
      'the wrong number of channels',
      call([1, 5, 5, 2], 3, { groups: 2 }),
      `${who} 4 input channels (last axis, NHWC), got shape [1, 5, 5, 2]. ` +
        'Give an input of 4 channels, channels last, or build the layer for 2 channels.',
    ],
    [
      'a matrix',
      call([5, 4], 3),
      `${who} an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [5, 4]. ` +
        'Add the missing axis with tf.expandDims.',
    ],
    [
      'channels that the groups of a lazy layer do not divide',
      call([1, 5, 5, 3], 3, { lazy: true, groups: 2 }),
      'LazyConvTranspose2d: expected input channels (last axis) in a multiple of groups = 2, got shape [1, 5, 5, 3]. ' +
        'Change the channels or the groups.',
    ],
    [
      'no channels at all',
      call([1, 5, 5, 0], 3, { lazy: true }),
      'LazyConvTranspose2d: expected input channels (last axis) in a multiple of groups = 1, got shape [1, 5, 5, 0]. ' +
        'Change the channels or the groups.',
    ],
    [
      'integers',
      () => tf.tidy(() => nn.functional.convTranspose2d(tf.zeros([1, 2, 2, 4], 'int32'), tf.zeros([3, 3, 6, 4]))),
      `${who} a float32 tensor, got int32 of shape [1, 2, 2, 4]. ` +
        "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
    [
      'output padding as large as stride and dilation',
      call([1, 5, 5, 4], 3, { stride: [3, 2], outputPadding: [2, 2], dilation: [1, 2] }),
      `${who} outputPadding smaller than stride [3, 2] or dilation [1, 2], got [2, 2]. Give less, or a larger stride.`,
    ],
    [
      'padding that leaves nothing',
      call([1, 2, 5, 4], 3, { padding: [2, 1] }),
      `${who} an image and an output of at least 1×1, got 2×5 and 0×5 for shape [1, 2, 5, 4] and padding [2, 1]. ` +
        'Give a larger image or less padding.',
    ],
    [
      'an image without rows',
      call([1, 0, 5, 4], 3),
      `${who} an image and an output of at least 1×1, got 0×5 and 2×7 for shape [1, 0, 5, 4] and padding [0, 0]. ` +
        'Give a larger image or less padding.',
    ],
    [
      'an output size out of reach',
      call([2, 5, 4, 4], 3, { stride: [2, 3], padding: 1 }, [9, 13]),
      `${who} outputSize from [9, 10] to [10, 12] for shape [2, 5, 4, 4], got [9, 13]. Choose a size in this range.`,
    ],
    [
      'an output size that is a shape out of reach',
      call([5, 4, 4], 3, { stride: 2 }, [10, 9, 6]),
      `${who} outputSize from [11, 9] to [12, 10] for shape [5, 4, 4], got [10, 9]. Choose a size in this range.`,
    ],
    [
      'an output size that is no integer',
      call([1, 5, 4, 4], 3, { stride: 2 }, [11.5, 9]),
      `${who} outputSize from [11, 9] to [12, 10] for shape [1, 5, 4, 4], got [11.5, 9]. Choose a size in this range.`,
    ],
    [
      'an output size of three numbers for a batch',
      call([1, 5, 4, 4], 3, { stride: 2 }, [11, 9, 6]),
      `${who} outputSize to have 2 or 4 numbers for shape [1, 5, 4, 4], got [11, 9, 6]. Give [height, width].`,
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) it(what, () => expectError(use, 'ShapeError', message));

    it('a size in the place of the options of forward', () => {
      using up = new nn.ConvTranspose2d(4, 6, 3);
      expectError(
        () => tf.tidy(() => up.forward(tf.zeros([1, 2, 2, 4]), [4, 4] as never)),
        'ZooError',
        'ConvTranspose2d.forward: expected an options object with outputSize, got [4,4]. Write { outputSize: [4,4] }.',
      );
    });
  });
});

describe('wrong filters given to nn.functional', () => {
  const { conv2d, convTranspose2d } = nn.functional;
  const x = () => tf.zeros([1, 4, 4, 4]);
  const cases: [what: string, use: () => tf.Tensor, message: string][] = [
    [
      'a filter that is a matrix',
      () => conv2d(x(), tf.zeros([4, 6])),
      'Conv2d: expected a filter of rank 4 with the height and width of the kernel first, got a tensor of rank 2 with shape [4, 6]. ' +
        'Reshape it first.',
    ],
    [
      'a filter of integers',
      () => convTranspose2d(x(), tf.zeros([3, 3, 6, 4], 'int32')),
      `${who} a float32 tensor, got int32 of shape [3, 3, 6, 4]. ` +
        "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
    [
      'groups that do not divide the outputs',
      () => conv2d(x(), tf.zeros([3, 3, 2, 5]), { groups: 2 }),
      'Conv2d: expected groups to divide the last axis of the filter, got 2 groups for shape [3, 3, 2, 5]. Change the filter or the groups.',
    ],
    [
      'groups that do not divide the inputs',
      () => convTranspose2d(x(), tf.zeros([3, 3, 2, 4]), { groups: 3 }),
      `${who} groups to divide the last axis of the filter, got 3 groups for shape [3, 3, 2, 4]. Change the filter or the groups.`,
    ],
    [
      'no groups',
      () => conv2d(x(), tf.zeros([3, 3, 4, 4]), { groups: 0 }),
      'Conv2d: expected groups to be a positive integer, got 0. Give 1 or more.',
    ],
    [
      'a bias of another length',
      () => conv2d(x(), tf.zeros([3, 3, 4, 5]), { bias: tf.zeros([4]) }),
      'Conv2d: expected a bias of shape [5], got [4]. Give one number for each output channel.',
    ],
    [
      'a bias of integers',
      () => conv2d(x(), tf.zeros([3, 3, 4, 5]), { bias: tf.zeros([5], 'int32') }),
      "Conv2d: expected a float32 tensor, got int32 of shape [5]. Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
    [
      'a bias that is a number',
      () => convTranspose2d(x(), tf.zeros([3, 3, 3, 4]), { groups: 2, bias: tf.scalar(1) }),
      `${who} a bias of shape [6], got []. Give one number for each output channel.`,
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) {
      it(what, () => expectError(() => tf.tidy(use), 'ShapeError', message));
    }
  });
});
