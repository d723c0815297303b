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
      'AdaptiveMaxPool2d: expected returnIndices false, got true. Indices are not there: forward gives one tensor.',
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
