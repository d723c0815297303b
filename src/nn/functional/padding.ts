import * as tf from '@tensorflow/tfjs-core';

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
