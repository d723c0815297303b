import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectOptionsObject, expectRank, expectTensor, onBatch, shapeText } from './checks.js';
import { axisOf } from './dims.js';
import { type AxisPads, padAxisByMode } from './padding.js';

/** What stands around the tensor: a constant, its mirror without the edge, its edge, or its other side. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

export interface PadOptions {
  /** 'constant' if not given. */
  readonly mode?: PadMode;
  /** What mode 'constant' pads with; 0 if not given. */
  readonly value?: number | null;
}

/** Values to add on each side of an image; negative ones crop. */
export type ImagePadding = readonly [left: number, right: number, top: number, bottom: number];

/**
 * Pads a tensor, or crops it where a number is negative.
 *
 * `padding` holds a pair [before, after] for each dimension, PyTorch's last dimension first. Of a rank-4 tensor these are W, H, C, N,
 * so [1, 2, 3, 4] adds 1 column on the left, 2 on the right, 3 rows above and 4 below; tensors of other ranks are padded from their
 * last axis on, as they lie.
 *
 * Differs from PyTorch: every mode takes any number of dimensions.
 * @throws ShapeError if the pairs do not fit the tensor, or a mirror or the other side holds too few values
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
export function pad(x: tf.Tensor, padding: readonly number[], options: PadOptions = {}): tf.Tensor {
  expectOptionsObject('pad', options);
  expectTensor('pad', x);
  const isWhole = Array.isArray(padding) && padding.length % 2 === 0 && padding.every(Number.isInteger);
  if (!isWhole || padding.length > 2 * x.rank) {
    throw new ShapeError(
      `pad: expected padding as at most ${x.rank} pairs of integers, got ${shapeText([padding].flat() as number[])} ` +
        `for shape ${shapeText(x.shape)}. Give [before, after] for the last dimension, then for the one before it.`,
    );
  }
  const pads = Array.from({ length: padding.length / 2 }, (_, i) => ({
    axis: axisOf('pad', x, -1 - i),
    before: padding[2 * i]!,
    after: padding[2 * i + 1]!,
  }));
  return padAxes('pad', x, pads, options);
}

/** Pads rows and columns of an image, batched or not. */
export function padImage2d(who: string, x: tf.Tensor, padding: ImagePadding, options: PadOptions): tf.Tensor {
  expectRank(who, x, [3, 4], 'an image batch [N, H, W, C] or one image [H, W, C]');
  const [left, right, top, bottom] = padding;
  const pads = [
    { axis: 1, before: top, after: bottom },
    { axis: 2, before: left, after: right },
  ];
  return tf.tidy(() => onBatch(x, (batch) => padAxes(who, batch, pads, options), 4));
}

/** An image's padding as four numbers. @throws ShapeError unless they are integers */
export function expectImagePadding(who: string, padding: number | ImagePadding): ImagePadding {
  const sides = Array.isArray(padding) ? padding : Array(4).fill(padding);
  if (sides.length === 4 && sides.every(Number.isInteger)) return sides as unknown as ImagePadding;
  const got = Array.isArray(padding) ? shapeText(padding) : String(padding);
  throw new ShapeError(
    `${who}: expected padding to be one or four integers, got ${got}. Give one number, or [left, right, top, bottom].`,
  );
}

function padAxes(who: string, x: tf.Tensor, pads: readonly AxisPads[], options: PadOptions): tf.Tensor {
  const { mode = 'constant', value } = options;
  expectPads(who, x, pads, options);
  if (pads.every(({ before, after }) => before === 0 && after === 0)) return tf.clone(x);
  const added = pads.map(({ axis, before, after }) => ({
    axis,
    before: Math.max(before, 0),
    after: Math.max(after, 0),
  }));
  return tf.tidy(() => {
    if (mode === 'constant') return padWithValue(crop(x, pads), added, value ?? 0);
    // The mirror and the edge are those of the whole tensor, the other side is that of the cropped one.
    const padAll = (whole: tf.Tensor) => added.reduce((y, axisPads) => padAxisByMode(y, axisPads, mode), whole);
    return mode === 'circular' ? padAll(crop(x, pads)) : crop(padAll(x), pads);
  });
}

/** Takes off as much as negative numbers say. */
function crop(x: tf.Tensor, pads: readonly AxisPads[]): tf.Tensor {
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  for (const { axis, before, after } of pads) {
    begin[axis] = Math.max(-before, 0);
    size[axis]! -= begin[axis]! + Math.max(-after, 0);
  }
  return tf.slice(x, begin, size);
}

function padWithValue(x: tf.Tensor, pads: readonly AxisPads[], value: number): tf.Tensor {
  const sides = x.shape.map((): [number, number] => [0, 0]);
  for (const { axis, before, after } of pads) sides[axis] = [before, after];
  return tf.pad(x, sides, value);
}

function expectPads(
  who: string,
  x: tf.Tensor,
  pads: readonly AxisPads[],
  { mode = 'constant', value }: PadOptions,
): void {
  const modes: readonly string[] = ['constant', 'reflect', 'replicate', 'circular'];
  if (!modes.includes(mode)) {
    throw new ShapeError(`${who}: expected mode to be one of ${modes.join(', ')}, got '${mode}'. Choose one of these.`);
  }
  if (mode !== 'constant' && value) {
    throw new ShapeError(
      `${who}: expected value only with mode constant, got ${value} with mode '${mode}'. Leave it out.`,
    );
  }
  const cropsLast = mode === 'reflect' || mode === 'replicate';
  for (const { axis, before, after } of pads) {
    const size = x.shape[axis]!;
    const added = Math.max(before, 0) + Math.max(after, 0);
    const cropped = added - before - after;
    const got = `along axis ${axis}, got ${before} and ${after} for shape ${shapeText(x.shape)}`;
    const room = cropsLast ? Math.max(size + added - 1, 0) : size; // as in PyTorch, something must be left
    if (cropped > room) throw new ShapeError(`${who}: expected to crop at most ${room} ${got}. Crop less.`);
    const most = {
      constant: Infinity,
      reflect: size - 1,
      replicate: size > 0 ? Infinity : 0,
      circular: size - cropped,
    }[mode];
    if (Math.max(before, after) > Math.max(most, 0)) {
      throw new ShapeError(
        `${who}: expected ${mode} padding of at most ${Math.max(most, 0)} ${got}. Give a larger image or less padding.`,
      );
    }
  }
}
