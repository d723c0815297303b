import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

const { channelShuffle, fold, interpolate, pad, pixelShuffle, pixelUnshuffle, unflatten, unfold } = nn.functional;

/** Calls an op on zeros of a shape, leaving nothing behind. */
const on =
  (shape: number[], op: (x: tf.Tensor) => tf.Tensor, dtype: 'float32' | 'int32' = 'float32') =>
  () =>
    tf.tidy(() => {
      op(tf.zeros(shape, dtype));
    });

type Wrong = readonly [what: string, use: () => unknown, message: string, name?: string];

function declare(cases: readonly Wrong[]): void {
  forEachBackend(() => {
    for (const [what, use, message, name = 'ShapeError'] of cases) it(what, () => expectError(use, name, message));
  });
}

const image = [1, 4, 4, 2];
const images = 'an image batch [N, H, W, C] or one image [H, W, C]';

describe('wrong resizes', () => {
  const resize = (options: object, shape = image) =>
    on(shape, (x) => interpolate(x, options as nn.functional.InterpolateOptions));
  const factor = (got: string) =>
    `interpolate: expected scaleFactor to be one or two positive numbers, got ${got}. Give one number, or [height, width].`;
  declare([
    [
      'no options in their place',
      () => new nn.Upsample(2 as never),
      'Upsample: expected an options object with size, scaleFactor, mode, alignCorners, recomputeScaleFactor, got 2. Write { size: 2 }.',
      'ZooError',
    ],
    [
      "PyTorch's spelling",
      () => new nn.Upsample({ scale_factor: 2 } as never),
      "Upsample: expected an options object with size, scaleFactor, mode, alignCorners, recomputeScaleFactor, got option 'scale_factor'. Did you mean scaleFactor?",
      'ZooError',
    ],
    [
      'a mode for a layer that has its own',
      () => new nn.UpsamplingNearest2d({ size: 2, mode: 'bilinear' } as never),
      "UpsamplingNearest2d: expected an options object with size, scaleFactor, got option 'mode'. Correct its name or leave it out.",
      'ZooError',
    ],
    [
      'corners for a layer that aligns them',
      () => new nn.UpsamplingBilinear2d({ size: 2, alignCorners: false } as never),
      "UpsamplingBilinear2d: expected an options object with size, scaleFactor, got option 'alignCorners'. Correct its name or leave it out.",
      'ZooError',
    ],
    [
      'neither size nor scaleFactor',
      () => new nn.Upsample(),
      'Upsample: expected either size or scaleFactor, got neither. Give one of them.',
    ],
    [
      'neither, in a subclass',
      () => new nn.UpsamplingBilinear2d(),
      'UpsamplingBilinear2d: expected either size or scaleFactor, got neither. Give one of them.',
    ],
    [
      'both size and scaleFactor',
      resize({ size: [3, 4], scaleFactor: 2 }),
      'interpolate: expected either size or scaleFactor, got size 3,4 and scaleFactor 2. Give one of them.',
    ],
    [
      'an unknown mode',
      resize({ size: 3, mode: 'linear' }),
      "interpolate: expected mode to be one of nearest, nearest-exact, bilinear, bicubic, area, got 'linear'. Choose one of these.",
    ],
    [
      'corners with nearest',
      () => new nn.Upsample({ size: 3, alignCorners: false }),
      "Upsample: expected alignCorners only with mode bilinear or bicubic, got false with mode 'nearest'. Leave it out.",
    ],
    [
      'corners with area',
      resize({ size: 3, mode: 'area', alignCorners: true }),
      "interpolate: expected alignCorners only with mode bilinear or bicubic, got true with mode 'area'. Leave it out.",
    ],
    [
      'antialias with nearest',
      resize({ size: 3, antialias: true }),
      "interpolate: expected antialias only with mode bilinear or bicubic, got it with mode 'nearest'. Leave it out.",
    ],
    [
      'recomputeScaleFactor with size',
      resize({ size: 3, recomputeScaleFactor: true }),
      'interpolate: expected recomputeScaleFactor only with scaleFactor, got it with size 3. Leave it out.',
    ],
    ...[0, -2, Number.NaN, Infinity].map(
      (n): Wrong => [`scaleFactor ${n}`, resize({ scaleFactor: n }), factor(`${n}`)],
    ),
    ['scaleFactor of three', resize({ scaleFactor: [1, 2, 3] }), factor('[1, 2, 3]')],
    [
      'size 0',
      resize({ size: [0, 3] }),
      'interpolate: expected size to be one or two integers of at least 1, got [0, 3]. Give one number, or [height, width].',
    ],
    [
      'nothing left',
      resize({ scaleFactor: [0.2, 1] }),
      'interpolate: expected a size of at least 1×1, got 0×4 for shape [1, 4, 4, 2]. Give a larger scaleFactor, or size.',
    ],
    [
      'one image',
      resize({ size: 3 }, [4, 4, 2]),
      'interpolate: expected an image batch [N, H, W, C], got a tensor of rank 3 with shape [4, 4, 2]. Add the missing axis with tf.expandDims.',
    ],
    [
      'integers',
      on(image, (x) => interpolate(x, { size: 3 }), 'int32'),
      "interpolate: expected a float32 tensor, got int32 of shape [1, 4, 4, 2]. Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
  ]);
});

describe('wrong padding', () => {
  const pairs = (got: string) =>
    `pad: expected padding as at most 2 pairs of integers, got ${got} for shape [2, 3]. Give [before, after] for the last dimension, then for the one before it.`;
  const layer = (who: string, got: string) =>
    `${who}: expected padding to be one or four integers, got ${got}. Give one number, or [left, right, top, bottom].`;
  declare([
    ['an odd number of values', on([2, 3], (x) => pad(x, [1])), pairs('[1]')],
    ['more pairs than dimensions', on([2, 3], (x) => pad(x, [1, 1, 1, 1, 1, 1])), pairs('[1, 1, 1, 1, 1, 1]')],
    ['fractions', on([2, 3], (x) => pad(x, [0.5, 1])), pairs('[0.5, 1]')],
    ['a number', on([2, 3], (x) => pad(x, 1 as never)), pairs('[1]')],
    ['no tensor', () => pad([1] as never, [1, 1]), 'pad: expected a tf.Tensor, got an array. Make one with tf.tensor.'],
    ['a pair for a layer', () => new nn.ReflectionPad2d([1, 2] as never), layer('ReflectionPad2d', '[1, 2]')],
    ['half a pixel', () => new nn.ZeroPad2d(0.5), layer('ZeroPad2d', '0.5')],
    ['no number', () => new nn.CircularPad2d(undefined as never), layer('CircularPad2d', 'undefined')],
    [
      'no value',
      () => new nn.ConstantPad2d(1, undefined as never),
      'ConstantPad2d: expected value to be a number, got undefined. Give one, such as 0.',
    ],
    [
      'an unknown mode',
      on([2, 3], (x) => pad(x, [1, 1], { mode: 'zeros' as never })),
      "pad: expected mode to be one of constant, reflect, replicate, circular, got 'zeros'. Choose one of these.",
    ],
    [
      'a value for a mirror',
      on([2, 3], (x) => pad(x, [1, 1], { mode: 'reflect', value: 2 })),
      "pad: expected value only with mode constant, got 2 with mode 'reflect'. Leave it out.",
    ],
    [
      'a mirror of as many columns as there are',
      on(image, (x) => new nn.ReflectionPad2d([4, 0, 0, 0]).forward(x)),
      'ReflectionPad2d: expected reflect padding of at most 3 along axis 2, got 4 and 0 for shape [1, 4, 4, 2]. Give a larger image or less padding.',
    ],
    [
      'more than once round',
      on(image, (x) => new nn.CircularPad2d([0, 0, -1, 4]).forward(x)),
      'CircularPad2d: expected circular padding of at most 3 along axis 1, got -1 and 4 for shape [1, 4, 4, 2]. Give a larger image or less padding.',
    ],
    [
      'the edge of nothing',
      on([2, 0], (x) => pad(x, [1, 0], { mode: 'replicate' })),
      'pad: expected replicate padding of at most 0 along axis 1, got 1 and 0 for shape [2, 0]. Give a larger image or less padding.',
    ],
    [
      'more cropped than there is',
      on(image, (x) => new nn.ZeroPad2d([0, 0, -3, -2]).forward(x)),
      'ZeroPad2d: expected to crop at most 4 along axis 1, got -3 and -2 for shape [1, 4, 4, 2]. Crop less.',
    ],
    [
      'more cropped than there is with the padding',
      on(image, (x) => new nn.ReplicationPad2d([2, -6, 0, 0]).forward(x)),
      'ReplicationPad2d: expected to crop at most 5 along axis 2, got 2 and -6 for shape [1, 4, 4, 2]. Crop less.',
    ],
    [
      'a matrix',
      on([2, 3], (x) => new nn.ZeroPad2d(1).forward(x)),
      `ZeroPad2d: expected ${images}, got a tensor of rank 2 with shape [2, 3]. Add the missing axis with tf.expandDims.`,
    ],
  ]);
});

describe('wrong shuffles', () => {
  const positive = (who: string, what: string) =>
    `${who}: expected ${what} to be a positive integer, got 0. Give 1 or more.`;
  declare([
    ['upscaleFactor 0', () => new nn.PixelShuffle(0), positive('PixelShuffle', 'upscaleFactor')],
    ['downscaleFactor 0', () => new nn.PixelUnshuffle(0), positive('PixelUnshuffle', 'downscaleFactor')],
    ['groups 0', () => new nn.ChannelShuffle(0), positive('ChannelShuffle', 'groups')],
    ['upscaleFactor 0', on(image, (x) => pixelShuffle(x, 0)), positive('PixelShuffle', 'upscaleFactor')],
    ['downscaleFactor 0', on(image, (x) => pixelUnshuffle(x, 0)), positive('PixelUnshuffle', 'downscaleFactor')],
    ['groups 0', on(image, (x) => channelShuffle(x, 0)), positive('ChannelShuffle', 'groups')],
    [
      'channels that are no multiple of the square',
      on([1, 2, 2, 6], (x) => pixelShuffle(x, 2)),
      'PixelShuffle: expected channels (last axis) in a multiple of upscaleFactor² = 4, got shape [1, 2, 2, 6]. Change the channels or the factor.',
    ],
    [
      'a height that is no multiple',
      on([3, 4, 2], (x) => pixelUnshuffle(x, 2)),
      'PixelUnshuffle: expected height and width in multiples of downscaleFactor = 2, got 3×4 from shape [3, 4, 2]. Pad or crop the image first.',
    ],
    [
      'a matrix',
      on([2, 4], (x) => pixelShuffle(x, 2)),
      `PixelShuffle: expected ${images}, got a tensor of rank 2 with shape [2, 4]. Add the missing axis with tf.expandDims.`,
    ],
    [
      'channels that the groups do not divide',
      on([1, 2, 2, 3], (x) => channelShuffle(x, 2)),
      'ChannelShuffle: expected images with channels (last axis) in a multiple of groups = 2, got shape [1, 2, 2, 3]. Change the channels or the groups.',
    ],
    [
      'a matrix of channels',
      on([2, 4], (x) => channelShuffle(x, 2)),
      'ChannelShuffle: expected images with channels (last axis) in a multiple of groups = 2, got shape [2, 4]. Change the channels or the groups.',
    ],
  ]);
});

describe('wrong unflattening', () => {
  const sizes = (got: string) =>
    `Unflatten: expected unflattenedSize as a list of sizes, one of which may be -1, got ${got}. Give numbers such as [C, H, W]; there are no named dimensions here.`;
  const product = (got: string) =>
    `Unflatten: expected sizes that multiply up to 12, got ${got} for shape [2, 12]. Change the sizes, or what the layer before gives.`;
  declare([
    ['no sizes', () => new nn.Unflatten(1, []), sizes('[]')],
    ['two sizes to be found', () => new nn.Unflatten(1, [-1, -1]), sizes('[-1,-1]')],
    ['named sizes', () => new nn.Unflatten(1, [['C', 2]] as never), sizes('[["C",2]]')],
    ['a number', () => new nn.Unflatten(1, 2 as never), sizes('2')],
    ['a fraction', on([2, 12], (x) => unflatten(x, 1, [1.5, 8])), sizes('[1.5,8]')],
    [
      'a named dimension',
      () => new nn.Unflatten('features' as never, [2, 3]),
      'Unflatten: expected dim to be an integer, got "features". There are no named dimensions here.',
    ],
    ['sizes of another product', on([2, 12], (x) => unflatten(x, 1, [3, 3])), product('[3, 3]')],
    ['sizes that do not divide', on([2, 12], (x) => unflatten(x, 1, [5, -1])), product('[5, -1]')],
    ['nothing to be found beside 0', on([2, 12], (x) => unflatten(x, 1, [0, -1])), product('[0, -1]')],
    [
      'a dimension that is not there',
      on([2, 12], (x) => new nn.Unflatten(2, [3, 4]).forward(x)),
      'Unflatten: expected a dimension from -2 to 1, got 2 for shape [2, 12]. Check the number of axes.',
    ],
  ]);
});

describe('wrong blocks', () => {
  const pair = (who: string, what: string, least: number) =>
    `${who}: expected ${what} to be one or two integers of at least ${least}, got ${least - 1}. Give one number, or [height, width].`;
  const blocks = (got: string) =>
    `Fold: expected 2 × 3 blocks with channels in a multiple of 2 × 2, got shape ${got}. Give what Unfold with the same arguments gives for an image of 3×4.`;
  declare([
    ['kernelSize 0', () => new nn.Unfold(0), pair('Unfold', 'kernelSize', 1)],
    ['kernelSize 0', () => new nn.Fold(3, 0), pair('Fold', 'kernelSize', 1)],
    ['outputSize 0', () => new nn.Fold(0, 2), pair('Fold', 'outputSize', 1)],
    ['padding -1', () => new nn.Unfold(2, { padding: -1 }), pair('Unfold', 'padding', 0)],
    ['stride 0', () => new nn.Fold(3, 2, { stride: 0 }), pair('Fold', 'stride', 1)],
    ['dilation 0', on(image, (x) => unfold(x, 2, { dilation: 0 })), pair('Unfold', 'dilation', 1)],
    [
      'an image smaller than a block',
      on([1, 2, 9, 1], (x) => unfold(x, 5, { padding: 1 })),
      'Unfold: expected a padded image of at least 5×5 (the kernel), got 4×11 from shape [1, 2, 9, 1]. Give a larger image or more padding.',
    ],
    [
      'an image smaller than a dilated block',
      on([1, 4], (x) => fold(x, 4, 3, { dilation: 2 })),
      'Fold: expected a padded image of at least 5×5 (the kernel, dilated), got 4×4 from shape [4, 4]. Give a larger image or more padding.',
    ],
    ['too few blocks', on([1, 5, 8], (x) => fold(x, [3, 4], 2)), blocks('[1, 5, 8]')],
    ['channels of another kernel', on([6, 6], (x) => fold(x, [3, 4], 2)), blocks('[6, 6]')],
    [
      'images for blocks',
      on(image, (x) => fold(x, 4, 2)),
      'Fold: expected blocks [N, L, C · KH · KW] or [L, C · KH · KW], got a tensor of rank 4 with shape [1, 4, 4, 2]. Reshape it first.',
    ],
    [
      'a matrix for an image',
      on([2, 3], (x) => unfold(x, 2)),
      `Unfold: expected ${images}, got a tensor of rank 2 with shape [2, 3]. Add the missing axis with tf.expandDims.`,
    ],
    [
      'integers',
      on([1, 4, 4], (x) => fold(x, 3, 2), 'int32'),
      "Fold: expected a float32 tensor, got int32 of shape [1, 4, 4]. Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
    ],
  ]);
});
