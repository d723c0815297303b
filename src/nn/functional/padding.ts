import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../../core/index.js';

/** Rows and columns to add around an image. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** What to add before an axis and behind it. */
export interface AxisPads {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
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

/** The same for a convolution. tfjs-node pads inside the kernel, too, where the padding has a name: that saves a copy of the image. */
export function withConvPadding(
  x: tf.Tensor4D,
  pads: Pads,
  filter: tf.Tensor4D,
  stride: readonly [number, number],
): { padded: tf.Tensor4D; pad: 'valid' | 'same' | ExplicitPadding } {
  const [height, width] = filter.shape;
  const isSame =
    stride.every((step) => step === 1) &&
    isHalf(pads.top, pads.bottom, height - 1) &&
    isHalf(pads.left, pads.right, width - 1);
  return isSame && tf.getBackend() === 'tensorflow' ? { padded: x, pad: 'same' } : withPadding(x, pads, 0);
}

/** Whether `total` is divided as 'same' divides it, an odd one behind the image. */
function isHalf(before: number, after: number, total: number): boolean {
  return before === Math.floor(total / 2) && before + after === total;
}

/** What stands around the image: zeros, its mirror without or with the edge, or its other side. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export function expectPaddingMode(who: string, mode: PaddingMode): void {
  const modes = ['zeros', ...Object.keys(borders)];
  if (modes.includes(mode)) return;
  throw new ShapeError(
    `${who}: expected paddingMode to be one of ${modes.join(', ')}, got '${mode}'. Choose one of these.`,
  );
}

/** A part of [outer, size, inner] along the middle axis. */
type Part = (begin: number, length: number) => tf.Tensor3D;

/** What stands before an axis and behind it, of the given widths. */
const borders: Record<
  Exclude<PaddingMode, 'zeros'>,
  {
    before(part: Part, size: number, width: number): tf.Tensor;
    after(part: Part, size: number, width: number): tf.Tensor;
  }
> = {
  reflect: {
    before: (part, _, width) => tf.reverse(part(1, width), 1),
    after: (part, size, width) => tf.reverse(part(size - 1 - width, width), 1),
  },
  replicate: {
    before: (part, _, width) => tf.tile(part(0, 1), [1, width, 1]),
    after: (part, size, width) => tf.tile(part(size - 1, 1), [1, width, 1]),
  },
  circular: {
    before: (part, size, width) => part(size - width, width),
    after: (part, _, width) => part(0, width),
  },
};

/**
 * Pads one axis with values of the tensor itself. Slices, and no gather of positions: the gradient of a gather is slow on every
 * backend and hopeless on cpu.
 */
export function padAxisByMode(
  x: tf.Tensor,
  { axis, before, after }: AxisPads,
  mode: Exclude<PaddingMode, 'zeros'>,
): tf.Tensor {
  if (before === 0 && after === 0) return x;
  if (x.size === 0) {
    // An empty batch, of which tfjs can slice no joined parts.
    return tf.pad(
      x,
      x.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])),
    );
  }
  const size = x.shape[axis]!;
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const middle = tf.reshape(x, [outer, size, inner]) as tf.Tensor3D;
  const part: Part = (begin, length) => tf.slice(middle, [0, begin, 0], [outer, length, inner]);
  const padded = tf.concat(
    [
      ...(before > 0 ? [borders[mode].before(part, size, before)] : []),
      middle,
      ...(after > 0 ? [borders[mode].after(part, size, after)] : []),
    ],
    1,
  );
  return tf.reshape(padded, [...x.shape.slice(0, axis), before + size + after, ...x.shape.slice(axis + 1)]);
}

/** Pads [N, H, W, C] with values of the image itself. */
export function padImageByMode(x: tf.Tensor4D, pads: Pads, mode: Exclude<PaddingMode, 'zeros'>): tf.Tensor4D {
  const tall = padAxisByMode(x, { axis: 1, before: pads.top, after: pads.bottom }, mode);
  return padAxisByMode(tall, { axis: 2, before: pads.left, after: pads.right }, mode) as tf.Tensor4D;
}
