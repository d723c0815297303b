import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';
import { expectPositive, expectRank, expectTensor, shapeText } from './checks.js';

/**
 * Moves channels into space: each pixel's C · r² channels become r × r pixels of C channels.
 *
 * Shape: x [..., H, W, C · r²] → [..., r · H, r · W, C]; the channels are counted as PyTorch does, (C, r, r).
 * @throws ShapeError if r² does not divide the channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(x: tf.Tensor, upscaleFactor: number): tf.Tensor {
  expectPositive('PixelShuffle', 'upscaleFactor', upscaleFactor);
  const { leading, height, width, channels } = imageShape('PixelShuffle', x);
  const r = upscaleFactor;
  if (channels % (r * r) !== 0) {
    throw new ShapeError(
      `PixelShuffle: expected channels (last axis) in a multiple of upscaleFactor² = ${r * r}, got shape ` +
        `${shapeText(x.shape)}. Change the channels or the factor.`,
    );
  }
  const rows = sizeOf(leading) * height;
  const outChannels = channels / (r * r);
  return tf.tidy(() => {
    const split = tf.reshape(x, [rows, width, outChannels, r, r]);
    const moved = tf.transpose(split, [0, 3, 1, 4, 2]); // [rows, r, W, r, C]
    return tf.reshape(moved, [...leading, height * r, width * r, outChannels]);
  });
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
  const { leading, height, width, channels } = imageShape('PixelUnshuffle', x);
  const r = downscaleFactor;
  if (height % r !== 0 || width % r !== 0) {
    throw new ShapeError(
      `PixelUnshuffle: expected height and width in multiples of downscaleFactor = ${r}, got ${height}×${width} from shape ` +
        `${shapeText(x.shape)}. Pad or crop the image first.`,
    );
  }
  const rows = sizeOf(leading) * (height / r);
  return tf.tidy(() => {
    const split = tf.reshape(x, [rows, r, width / r, r, channels]);
    const moved = tf.transpose(split, [0, 2, 4, 1, 3]); // [rows, W, C, r, r]
    return tf.reshape(moved, [...leading, height / r, width / r, channels * r * r]);
  });
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

/** A channels-last shape, whatever leads it being a batch. */
function imageShape(who: string, x: tf.Tensor) {
  expectRank(who, x, [3, 4, 5, 6], 'an image batch [N, H, W, C] or one image [H, W, C]');
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  return { leading: x.shape.slice(0, -3), height, width, channels };
}
