import { reshape, Tensor } from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';

/** One number for both directions, or [height, width]. */
export type NumberOrPair = number | readonly [height: number, width: number];

export const PAIR_REMEDY = 'Give one number, or [height, width].';

/** A number or a pair as a pair. @throws ShapeError unless both are integers of at least `least` */
export function expectPair(who: string, what: string, value: NumberOrPair, least: number): [number, number] {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length === 2 && pair.every((size) => Number.isInteger(size) && size >= least)) return [pair[0], pair[1]];
  const got = Array.isArray(value) ? shapeText(value) : String(value);
  throw new ShapeError(
    `${who}: expected ${what} to be one or two integers of at least ${least}, got ${got}. ${PAIR_REMEDY}`,
  );
}

export function expectPositive(who: string, what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ShapeError(`${who}: expected ${what} to be a positive integer, got ${value}. Give 1 or more.`);
}

/** '[1, 3, 224, 224]' */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.join(', ')}]`;
}

/** What came in the place of something else: 'an array', 'null', 'string'. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a Promise';
  return value === null ? 'null' : typeof value;
}

/** What plain JavaScript would pass over: PyTorch's positional arguments in the place of the options, of which none would be taken. */
export function expectOptionsObject(who: string, options: object): void {
  if (kindOf(options) === 'object' && !(options instanceof Tensor)) return;
  const got = options instanceof Tensor ? 'a tensor' : (JSON.stringify(options) ?? kindOf(options));
  throw new ZooError(
    `${who}: expected an options object, got ${got}. Arguments that have a default go into it by name, as in { dim: 1 }.`,
  );
}

export function expectTensor(who: string, x: Tensor): void {
  if (x instanceof Tensor) return;
  const remedy = (x as unknown) instanceof Promise ? 'Await it first.' : 'Make one with tf.tensor.';
  throw new ShapeError(`${who}: expected a tf.Tensor, got ${kindOf(x)}. ${remedy}`);
}

/** Layers compute on float32; an integer tensor is mostly an image that nobody scaled. */
export function expectFloat(who: string, x: Tensor): void {
  expectTensor(who, x);
  if (x.dtype === 'float32') return;
  throw new ShapeError(
    `${who}: expected a float32 tensor, got ${x.dtype} of shape ${shapeText(x.shape)}. ` +
      "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
  );
}

export function expectRank(who: string, x: Tensor, ranks: readonly number[], layout: string): void {
  expectTensor(who, x);
  if (ranks.includes(x.rank)) return;
  const isShort = ranks.includes(x.rank + 1);
  throw new ShapeError(
    `${who}: expected ${layout}, got a tensor of rank ${x.rank} with shape ${shapeText(x.shape)}. ` +
      (isShort ? 'Add the missing axis with tf.expandDims.' : 'Reshape it first.'),
  );
}

/** A channels-last image of floats, batched or not. */
export function expectImage(who: string, x: Tensor): void {
  expectRank(who, x, [3, 4], 'an image batch [N, H, W, C] or one image [H, W, C]');
  expectFloat(who, x);
}

/** @throws ShapeError unless an image has rows, columns and channels */
export function expectPixels(who: string, x: Tensor): void {
  if (x.shape.slice(-3).every((size) => size > 0)) return;
  throw new ShapeError(
    `${who}: expected an image with rows, columns and channels, got shape ${shapeText(x.shape)}. Only the batch may be empty.`,
  );
}

/**
 * The shape of a convolution's filter, whose last axis the groups share.
 * @throws ShapeError unless it is of rank 4, and groups a positive number that divides the last axis
 */
export function expectFilter(who: string, weight: Tensor, groups: number): [number, number, number, number] {
  expectRank(who, weight, [4], 'a filter of rank 4 with the height and width of the kernel first');
  expectFloat(who, weight);
  expectPositive(who, 'groups', groups);
  const shape = weight.shape as [number, number, number, number];
  if (shape[3] % groups === 0) return shape;
  throw new ShapeError(
    `${who}: expected groups to divide the last axis of the filter, got ${groups} groups for shape ${shapeText(shape)}. ` +
      'Change the filter or the groups.',
  );
}

export function expectBias(who: string, bias: Tensor | null, channels: number): void {
  if (bias === null) return;
  expectFloat(who, bias);
  if (bias.rank === 1 && bias.shape[0] === channels) return;
  throw new ShapeError(
    `${who}: expected a bias of shape [${channels}], got ${shapeText(bias.shape)}. Give one number for each output channel.`,
  );
}

/**
 * The rows and columns that a kernel reaches over.
 * @param shape of the image before it is padded
 * @throws ShapeError if the padded image is smaller
 */
export function expectRoom(
  who: string,
  shape: readonly number[],
  padded: readonly number[],
  kernel: readonly number[],
  dilation: readonly number[],
): number[] {
  const extents = kernel.map((size, axis) => dilation[axis]! * (size - 1) + 1);
  if (padded.every((size, axis) => size >= extents[axis]!)) return extents;
  const dilated = dilation.some((step) => step > 1) ? ', dilated' : '';
  throw new ShapeError(
    `${who}: expected a padded image of at least ${extents.join('×')} (the kernel${dilated}), ` +
      `got ${padded.join('×')} from shape ${shapeText(shape)}. Give a larger image or more padding.`,
  );
}

/** How activations lie here, how PyTorch lays them, and how to get from there to here. */
const layouts = {
  NHWC: { theirs: 'NCHW', channelAxis: 1, transposition: '[0, 2, 3, 1]' },
  HWC: { theirs: 'CHW', channelAxis: 0, transposition: '[1, 2, 0]' },
  NLC: { theirs: 'NCL', channelAxis: 1, transposition: '[0, 2, 1]' },
  NC: null,
} as const;

/** Checks the last axis, and recognises PyTorch's layout when that is what came. */
export function expectChannels(who: string, x: Tensor, channels: number, layout: keyof typeof layouts): void {
  if (x.shape[x.rank - 1] === channels) return;
  const torch = layouts[layout];
  const remedy =
    torch && x.shape[torch.channelAxis] === channels
      ? `This looks like ${torch.theirs}: transpose it with ${torch.transposition}.`
      : channelsRemedy(x.shape[x.rank - 1]!, channels);
  throw new ShapeError(
    `${who}: expected ${channels} input channels (last axis, ${layout}), got shape ${shapeText(x.shape)}. ${remedy}`,
  );
}

function channelsRemedy(got: number, expected: number): string {
  const build = `build the layer for ${got} channels`;
  const isGrayscale = (got === 1 && expected === 3) || (got === 3 && expected === 1);
  if (isGrayscale) return `Convert the image with transforms.Grayscale(${expected}), or ${build}.`;
  if (got === 4 && expected === 3) return 'Leave out the alpha channel: tf.slice(x, 0, [..., 3]).';
  return `Give an input of ${expected} channels, channels last, or ${build}.`;
}

/** Runs `fn` on a batch: one image gets a batch axis before and loses it after. */
export function onBatch(x: Tensor, fn: (batch: Tensor) => Tensor, batchedRank: number): Tensor {
  if (x.rank === batchedRank) return fn(x);
  const batched = fn(reshape(x, [1, ...x.shape]));
  return reshape(batched, batched.shape.slice(1));
}
