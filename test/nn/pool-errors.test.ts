import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

describe('wrong use of AdaptiveMaxPool2d', () => {
  const build = (...args: unknown[]) => new (nn.AdaptiveMaxPool2d as new (...args: unknown[]) => nn.Module)(...args);
  const onZeros = (shape: number[], dtype: 'float32' | 'int32') => () =>
    tf.tidy(() => build(2).forward(tf.zeros(shape, dtype)));
  const options = 'AdaptiveMaxPool2d: expected an options object with returnIndices';
  const cases: (readonly [what: string, use: () => unknown, name: string, message: string])[] = [
    ...[0, -1, 1.5, Number.NaN].map(
      (n) =>
        [
          `outputSize ${n}`,
          () => build([n, null]),
          'ShapeError',
          `AdaptiveMaxPool2d: expected outputSize to be one or two positive integers or null, got [${n}, null]. Give one number, or [height, width].`,
        ] as const,
    ),
    [
      'returnIndices',
      () => build(2, { returnIndices: true }),
      'ShapeError',
      'AdaptiveMaxPool2d: expected returnIndices false, got true. Indices are not there: one tensor comes out.',
    ],
    [
      'false in the place of the options',
      () => build(2, false),
      'ZooError',
      `${options}, got false. Write { returnIndices: false }.`,
    ],
    [
      'an option that does not exist',
      () => build(2, { return_indices: false }),
      'ZooError',
      `${options}, got option 'return_indices'. Did you mean returnIndices?`,
    ],
    [
      'integers',
      onZeros([2, 2, 2, 3], 'int32'),
      'ShapeError',
      'AdaptiveMaxPool2d: expected a float32 tensor, got int32 of shape [2, 2, 2, 3]. ' +
        "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
    [
      'a matrix',
      onZeros([2, 3], 'float32'),
      'ShapeError',
      'AdaptiveMaxPool2d: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [2, 3]. ' +
        'Add the missing axis with tf.expandDims.',
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, name, message] of cases) it(what, () => expectError(use, name, message));
  });
});

describe('wrong use of LPPool2d', () => {
  const onZeros =
    (build: () => nn.Module, shape: number[], dtype: 'float32' | 'int32' = 'float32') =>
    () =>
      tf.tidy(() => build().forward(tf.zeros(shape, dtype)));
  const cases: (readonly [what: string, use: () => unknown, message: string])[] = [
    ...[0, Number.NaN, Number.POSITIVE_INFINITY].map(
      (n) =>
        [
          `normType ${n}`,
          () => new nn.LPPool2d(n, 2),
          `LPPool2d: expected normType to be a number other than 0, got ${n}. Give one such as 2.`,
        ] as const,
    ),
    [
      'kernelSize 0',
      () => new nn.LPPool2d(2, [0, 1]),
      'LPPool2d: expected kernelSize to be one or two integers of at least 1, got [0, 1]. Give one number, or [height, width].',
    ],
    [
      'an image smaller than the window',
      onZeros(() => new nn.LPPool2d(2, 3), [1, 2, 9, 1]),
      'LPPool2d: expected an image of at least the kernel size [3, 3], got shape [1, 2, 9, 1] with padding [0, 0]. ' +
        'Give a larger image, or use fewer poolings.',
    ],
    [
      'a matrix',
      onZeros(() => new nn.LPPool2d(2, 1), [2, 3]),
      'LPPool2d: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [2, 3]. ' +
        'Add the missing axis with tf.expandDims.',
    ],
    [
      'integers',
      onZeros(() => new nn.LPPool2d(2, 1), [2, 2, 3], 'int32'),
      'LPPool2d: expected a float32 tensor, got int32 of shape [2, 2, 3]. ' +
        "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) it(what, () => expectError(use, 'ShapeError', message));
  });
});

describe('an image without pixels', () => {
  const layers: Record<string, () => nn.Module> = {
    MaxPool2d: () => new nn.MaxPool2d(1),
    AvgPool2d: () => new nn.AvgPool2d(2, { padding: 1 }),
    LPPool2d: () => new nn.LPPool2d(2, 1),
    AdaptiveAvgPool2d: () => new nn.AdaptiveAvgPool2d(2),
    AdaptiveMaxPool2d: () => new nn.AdaptiveMaxPool2d([1, null]),
    Unfold: () => new nn.Unfold(1),
    interpolate: () => new nn.Upsample({ size: 2 }),
  };
  for (const [who, build] of Object.entries(layers)) {
    for (const shape of [
      [1, 0, 4, 2],
      [1, 4, 0, 2],
      [1, 4, 4, 0],
    ]) {
      it(`is refused by ${who}: ${shape}`, () => {
        expectError(
          () => tf.tidy(() => build().forward(tf.zeros(shape))),
          'ShapeError',
          `${who}: expected an image with rows, columns and channels, got shape [${shape.join(', ')}]. Only the batch may be empty.`,
        );
      });
    }
  }
});
