import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';
import { expectPositive, expectRank, expectTensor, shapeText } from './checks.js';

const LAYOUT = 'an image batch [N, H, W, C] or one image [H, W, C]';

/**
 * Moves channels into space: each pixel's C · r² channels become r × r pixels of C channels.
 *
 * Shape: x [..., H, W, C · r²] → [..., r · H, r · W, C]; the channels are counted as PyTorch does, (C, r, r).
 * @throws ShapeError if r² does not divide the channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(x: tf.Tensor, upscaleFactor: number): tf.Tensor {
  expectPositive('PixelShuffle', 'upscaleFactor', upscaleFactor);
  expectRank('PixelShuffle', x, [3, 4, 5, 6], LAYOUT);
  const channels = x.shape.at(-1)!;
  const r = upscaleFactor;
  if (channels % (r * r) !== 0) {
    throw new ShapeError(
      `PixelShuffle: expected channels (last axis) in a multiple of upscaleFactor² = ${r * r}, got shape ` +
        `${shapeText(x.shape)}. Change the channels or the factor.`,
    );
  }
  return tf.tidy(() => channelsToSpace(x, [r, r]));
}

/**
 * Moves space into channels: the inverse of `pixelShuffle`.
 *
 * Shape: x [..., r · H, r · W, C] → [..., H, W, C · r²], the channels in PyTorch's order (C, r, r).
 * @throws ShapeError if the factor does not divide height and width
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle(x: tf.Tensor, downscaleFactor: number): tf.Tensor {
  expectPositive('PixelUnshuffle', 'downscaleFactor', downscaleFactor);
  expectRank('PixelUnshuffle', x, [3, 4, 5, 6], LAYOUT);
  const [height, width] = x.shape.slice(-3) as [number, number];
  const r = downscaleFactor;
  if (height % r !== 0 || width % r !== 0) {
    throw new ShapeError(
      `PixelUnshuffle: expected height and width in multiples of downscaleFactor = ${r}, got ${height}×${width} from shape ` +
        `${shapeText(x.shape)}. Pad or crop the image first.`,
    );
  }
  return tf.tidy(() => spaceToChannels(x, [r, r]));
}

/**
 * Deals the channels out anew, as from `groups` hands of cards: one of each group in turn.
 *
 * Shape: x [N, ..., C]; the same comes out.
 *
 * Differs from PyTorch: channels are the last axis, also of one image [H, W, C].
 * @throws ShapeError if the groups do not divide the channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export function channelShuffle(x: tf.Tensor, groups: number): tf.Tensor {
  expectPositive('ChannelShuffle', 'groups', groups);
  expectTensor('ChannelShuffle', x);
  const channels = x.shape[x.rank - 1];
  if (x.rank < 3 || channels! % groups !== 0) {
    throw new ShapeError(
      `ChannelShuffle: expected images with channels (last axis) in a multiple of groups = ${groups}, got shape ` +
        `${shapeText(x.shape)}. Change the channels or the groups.`,
    );
  }
  return tf.tidy(() => {
    const hands = tf.reshape(x, [sizeOf(x.shape.slice(0, -1)), groups, channels! / groups]);
    return tf.reshape(tf.transpose(hands, [0, 2, 1]), x.shape);
  });
}

/** [..., H, W, C · KH · KW] → [..., H · KH, W · KW, C] */
export function channelsToSpace(x: tf.Tensor, [kernelHeight, kernelWidth]: readonly [number, number]): tf.Tensor {
  const leading = x.shape.slice(0, -3);
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  const outChannels = channels / (kernelHeight * kernelWidth);
  const split = tf.reshape(x, [sizeOf(leading) * height, width, outChannels, kernelHeight, kernelWidth]);
  const moved = tf.transpose(split, [0, 3, 1, 4, 2]); // [... · H, KH, W, KW, C]
  return tf.reshape(moved, [...leading, height * kernelHeight, width * kernelWidth, outChannels]);
}

/** [..., H · KH, W · KW, C] → [..., H, W, C · KH · KW] */
export function spaceToChannels(x: tf.Tensor, [kernelHeight, kernelWidth]: readonly [number, number]): tf.Tensor {
  const leading = x.shape.slice(0, -3);
  const [tall, wide, channels] = x.shape.slice(-3) as [number, number, number];
  const height = tall / kernelHeight;
  const width = wide / kernelWidth;
  const split = tf.reshape(x, [sizeOf(leading) * height, kernelHeight, width, kernelWidth, channels]);
  const moved = tf.transpose(split, [0, 2, 4, 1, 3]); // [... · H, W, C, KH, KW]
  return tf.reshape(moved, [...leading, height, width, channels * kernelHeight * kernelWidth]);
}
