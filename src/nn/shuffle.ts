import type { Tensor } from '@tensorflow/tfjs-core';
import { expectPositive } from './functional/checks.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from './functional/index.js';
import { Module } from './module.js';

/**
 * Moves channels into space, as a sub-pixel convolution needs: C · r² channels of a pixel become r × r pixels of C.
 *
 * Shape: [N, H, W, C · r²] or [H, W, C · r²] → [N, r · H, r · W, C], the channels counted as in PyTorch, so weights load unchanged.
 * @throws ShapeError if r² does not divide the channels
 * @example
 * ```ts
 * const shuffle = new nn.PixelShuffle(3);
 * const y = shuffle.forward(tf.zeros([1, 4, 4, 9])); // [1, 12, 12, 1]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    expectPositive('PixelShuffle', 'upscaleFactor', upscaleFactor);
    this.upscaleFactor = upscaleFactor;
  }

  get typeName(): string {
    return 'PixelShuffle';
  }

  forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/**
 * Moves space into channels: the inverse of `PixelShuffle`.
 *
 * Shape: [N, r · H, r · W, C] or [r · H, r · W, C] → [N, H, W, C · r²].
 * @throws ShapeError if the factor does not divide height and width
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    expectPositive('PixelUnshuffle', 'downscaleFactor', downscaleFactor);
    this.downscaleFactor = downscaleFactor;
  }

  get typeName(): string {
    return 'PixelUnshuffle';
  }

  forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}

/**
 * Mixes the groups of a grouped convolution: channel k of group g becomes channel k · groups + g.
 *
 * Shape: [N, ..., C]; the same comes out.
 *
 * Differs from PyTorch: channels are the last axis, also of one image [H, W, C].
 * @throws ShapeError if the groups do not divide the channels
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  constructor(groups: number) {
    super();
    expectPositive('ChannelShuffle', 'groups', groups);
    this.groups = groups;
  }

  get typeName(): string {
    return 'ChannelShuffle';
  }

  forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
