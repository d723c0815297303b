import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';

/** One number for both directions, or [height, width]. */
export type NumberOrPair = number | readonly [height: number, width: number];

export function toPair(value: NumberOrPair): [number, number] {
  return typeof value === 'number' ? [value, value] : [value[0], value[1]];
}

/** '[1, 3, 224, 224]' */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.join(', ')}]`;
}

/** Layers compute on float32; an integer tensor is mostly an image that nobody scaled. */
export function expectFloat(who: string, x: Tensor): void {
  if (x.dtype === 'float32') return;
  throw new ShapeError(
    `${who}: expected a float32 tensor, got ${x.dtype} of shape ${shapeText(x.shape)}. ` +
      "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
  );
}

export function expectRank(who: string, x: Tensor, ranks: readonly number[], layout: string): void {
  if (ranks.includes(x.rank)) return;
  throw new ShapeError(`${who}: expected ${layout}, got a tensor of rank ${x.rank} with shape ${shapeText(x.shape)}.`);
}

/** A channels-last image of floats, batched or not. */
export function expectImage(who: string, x: Tensor): void {
  expectRank(who, x, [3, 4], 'an image batch [N, H, W, C] or one image [H, W, C]');
  expectFloat(who, x);
}

/** Checks the last axis, and recognises PyTorch's layout when that is what came. */
export function expectChannels(who: string, x: Tensor, channels: number): void {
  if (x.shape[x.rank - 1] === channels) return;
  const looksChannelsFirst = (x.rank === 4 && x.shape[1] === channels) || (x.rank === 3 && x.shape[0] === channels);
  const remedy = looksChannelsFirst
    ? ` This looks like ${x.rank === 4 ? 'NCHW: transpose it with [0, 2, 3, 1]' : 'CHW: transpose it with [1, 2, 0]'}.`
    : ' Activations here are channels-last.';
  throw new ShapeError(
    `${who}: expected ${channels} input channels (last axis, ${x.rank === 4 ? 'NHWC' : 'HWC'}), got shape ${shapeText(x.shape)}.${remedy}`,
  );
}

/** Runs `fn` on a batch: one image gets a batch axis before and loses it after. */
export function onBatch(x: Tensor, fn: (batch: Tensor) => Tensor, batchedRank: number): Tensor {
  if (x.rank === batchedRank) return fn(x);
  const batched = fn(reshape(x, [1, ...x.shape]));
  return reshape(batched, batched.shape.slice(1));
}
