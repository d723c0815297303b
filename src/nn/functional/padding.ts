import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';

/** Rows and columns to add around an image. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** The same padding on both sides of each direction. */
export function symmetric([height, width]: readonly [number, number]): Pads {
  return { top: height, bottom: height, left: width, right: width };
}

function explicit({ top, bottom, left, right }: Pads): ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function isZero({ top, bottom, left, right }: Pads): boolean {
  return top === 0 && bottom === 0 && left === 0 && right === 0;
}

/** Pads [N, H, W, C] by hand. */
export function padImage(x: tf.Tensor4D, pads: Pads, value: number): tf.Tensor4D {
  return isZero(pads) ? x : tf.pad(x, explicit(pads), value);
}

/**
 * Prepares a padded convolution or pooling: the tensor and the `pad` argument to give to the tfjs op. Most backends pad inside
 * the kernel; on tfjs-node explicit padding fails in gradients and in pools, so there the tensor is padded first.
 */
export function withPadding(
  x: tf.Tensor4D,
  pads: Pads,
  value: number,
): { padded: tf.Tensor4D; pad: 'valid' | ExplicitPadding } {
  if (isZero(pads)) return { padded: x, pad: 'valid' };
  if (tf.getBackend() === 'tensorflow') return { padded: padImage(x, pads, value), pad: 'valid' };
  return { padded: x, pad: explicit(pads) };
}

/** What stands around the image: zeros, its mirror without or with the edge, or its other side. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export function expectPaddingMode(who: string, mode: PaddingMode): void {
  const modes = ['zeros', ...Object.keys(sources)];
  if (modes.includes(mode)) return;
  throw new ShapeError(
    `${who}: expected paddingMode to be one of ${modes.join(', ')}, got '${mode}'. Choose one of these.`,
  );
}

/** Which row or column of `size` stands at `position`, which may lie outside. */
const sources: Record<Exclude<PaddingMode, 'zeros'>, (position: number, size: number) => number> = {
  reflect: (position, size) => size - 1 - Math.abs(size - 1 - Math.abs(position)),
  replicate: (position, size) => Math.min(Math.max(position, 0), size - 1),
  circular: (position, size) => (position + size) % size,
};

/** Pads [N, H, W, C] with values of the image itself. */
export function padImageByMode(x: tf.Tensor4D, pads: Pads, mode: Exclude<PaddingMode, 'zeros'>): tf.Tensor4D {
  if (isZero(pads)) return x;
  const indices = (size: number, before: number, after: number) =>
    tf.tensor1d(
      Array.from({ length: before + size + after }, (_, i) => sources[mode](i - before, size)),
      'int32',
    );
  const tall = tf.gather(x, indices(x.shape[1], pads.top, pads.bottom), 1);
  return tf.gather(tall, indices(x.shape[2], pads.left, pads.right), 2);
}
