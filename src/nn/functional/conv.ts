import * as tf from '@tensorflow/tfjs-core';
import { INFERENCE_CONV2D, ShapeError } from '../../core/index.js';
import {
  expectBias,
  expectChannels,
  expectFilter,
  expectImage,
  expectOptionsObject,
  expectPair,
  expectPixels,
  expectRoom,
  type NumberOrPair,
  onBatch,
  shapeText,
} from './checks.js';
import { convWithBias } from './fused.js';
import { type PaddingMode, type Pads, padImageByMode, symmetric, withConvPadding } from './padding.js';
import { dilateFilter, thinImage } from './spread.js';

export interface Conv2dFunctionOptions {
  /** [outChannels] */
  readonly bias?: tf.Tensor | null;
  readonly stride?: NumberOrPair;
  /** Zeros around the image; 'same' keeps height and width (stride 1 only), 'valid' adds none. */
  readonly padding?: NumberOrPair | 'same' | 'valid';
  readonly dilation?: NumberOrPair;
  readonly groups?: number;
  readonly paddingMode?: PaddingMode;
}

/** How a window runs over the image, and what is done with what it finds. */
interface Geometry {
  readonly stride: [number, number];
  readonly pads: Pads;
  readonly activation?: FusedActivation | undefined;
}

/**
 * 2-D cross-correlation with PyTorch's semantics.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', outChannels], H' = floor((H + 2·padding − dilation·(K − 1) − 1) / stride) + 1.
 *
 * Differs from PyTorch: channels-last, and the filter lies as [KH, KW, C / groups, outChannels].
 * @throws ShapeError if channels, groups, dtype or sizes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function conv2d(x: tf.Tensor, weight: tf.Tensor, options: Conv2dFunctionOptions = {}): tf.Tensor {
  expectOptionsObject('conv2d', options);
  return conv2dWith(x, weight, options);
}

/** What a convolution computes of its outputs in the same op, the bias added. */
export type FusedActivation = 'relu' | 'relu6';

/** What is computed together with a convolution. */
export interface Fused {
  readonly activation?: FusedActivation | undefined;
  /** [outChannels]: each output's filter is multiplied by it. */
  readonly scale?: tf.Tensor | undefined;
}

/** Whether a convolution computes with its filter as it is where that is scaled: elsewhere a copy costs less than a product each time. */
export function scalesInKernel(): boolean {
  return tf.getKernel(INFERENCE_CONV2D, tf.getBackend()) !== undefined && !tf.engine().isTapeOn();
}

/** `conv2d` with what follows it, and with padding that differs from side to side in the place of its option. */
export function conv2dWith(
  x: tf.Tensor,
  weight: tf.Tensor,
  options: Conv2dFunctionOptions,
  { activation, scale, pads: given }: Fused & { readonly pads?: Pads } = {},
): tf.Tensor {
  const { bias = null, groups = 1, padding = 0, paddingMode = 'zeros' } = options;
  const [kernelHeight, kernelWidth, groupChannels, outChannels] = expectFilter('Conv2d', weight, groups);
  expectBias('Conv2d', bias, outChannels);
  expectImage('Conv2d', x);
  expectChannels('Conv2d', x, groupChannels * groups, x.rank === 4 ? 'NHWC' : 'HWC');
  const stride = expectPair('Conv2d', 'stride', options.stride ?? 1, 1);
  const dilation = expectPair('Conv2d', 'dilation', options.dilation ?? 1, 1);
  const pads = given ?? convPads(padding, [kernelHeight, kernelWidth], stride, dilation);
  expectKernelFits(x, [kernelHeight, kernelWidth], dilation, pads);
  if (paddingMode !== 'zeros') expectPadsWithin(x, pads, paddingMode);

  return tf.tidy(() => {
    // A filter with zeros between its taps is a dilated one, and unlike tfjs' dilations it has gradients and takes a stride.
    const dilated = dilateFilter(weight as tf.Tensor4D, dilation);
    const isDepthwise = groupChannels === 1 && groups > 1;
    return onBatch(
      x,
      (batch) => {
        const isZeros = paddingMode === 'zeros';
        const images = isZeros ? (batch as tf.Tensor4D) : padImageByMode(batch as tf.Tensor4D, pads, paddingMode);
        const geometry = { stride, pads: isZeros ? pads : symmetric([0, 0]), activation };
        if (scalesInKernel()) return infer(images, { filter: dilated, bias, scale }, groups, geometry);
        const filter = scale ? tf.mul<tf.Tensor4D>(dilated, scale) : dilated;
        if (groups === 1) return convolve(images, filter, bias, geometry);
        if (!isDepthwise) return convolveGroups(images, filter, bias, groups, geometry);
        const [height, width] = filter.shape;
        // [KH, KW, 1, C · multiplier] lies as [KH, KW, C, multiplier].
        const depthwise = tf.reshape(filter, [height, width, groups, outChannels / groups]) as tf.Tensor4D;
        return convolveDepthwise(images, depthwise, bias, geometry);
      },
      4,
    );
  });
}

interface Weights {
  /** [KH, KW, C / groups, K] */
  readonly filter: tf.Tensor4D;
  /** [K], as the next. */
  readonly bias: tf.Tensor | null;
  readonly scale?: tf.Tensor | undefined;
}

/** Where a backend has a kernel for all of it: x [N, H, W, C] → [N, H', W', K] */
function infer(x: tf.Tensor4D, { filter, bias, scale }: Weights, groups: number, geometry: Geometry): tf.Tensor4D {
  const { stride: strides, pads, activation = 'linear' } = geometry;
  const { padded, pad } = withConvPadding(x, pads, filter, strides);
  const inputs = { x: padded, filter, ...(bias && { bias }), ...(scale && { scale }) };
  return tf.engine().runKernel(INFERENCE_CONV2D, inputs, { groups, strides, pad, activation }) as tf.Tensor4D;
}

/** x [N, H, W, C], filter [KH, KW, C, K] → [N, H', W', K] */
function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor | null,
  { stride, pads, activation }: Geometry,
): tf.Tensor4D {
  const { padded, pad } = withConvPadding(x, pads, filter, stride);
  if (activation)
    return tf.fused.conv2d({ x: padded, filter, strides: stride, pad, activation, ...(bias && { bias }) });
  return bias ? convWithBias(padded, filter, bias, { strides: stride, pad }) : tf.conv2d(padded, filter, stride, pad);
}

/** Each group of input channels has filters of its own: x [N, H, W, C], filter [KH, KW, C / groups, K] → [N, H', W', K] */
function convolveGroups(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor | null,
  groups: number,
  geometry: Geometry,
): tf.Tensor4D {
  const inputs = tf.split<tf.Tensor4D>(x, groups, 3);
  const filters = tf.split<tf.Tensor4D>(filter, groups, 3);
  const biases = bias ? tf.split(bias, groups) : [];
  return tf.concat(
    inputs.map((input, group) => convolve(input, filters[group]!, biases[group] ?? null, geometry)),
    3,
  );
}

/** One channel a group: x [N, H, W, C], filter [KH, KW, C, M] → [N, H', W', C · M] */
export function convolveDepthwise(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor | null,
  { stride, pads, activation }: Geometry,
): tf.Tensor4D {
  const { padded, pad } = withConvPadding(x, pads, filter, stride);
  // TensorFlow without oneDNN, as on many a processor, has no depthwise convolution of unequal strides.
  const isThinned = tf.getBackend() === 'tensorflow' && stride[0] !== stride[1];
  // On wasm the fused ReLU has NaN become 0; its relu6 does so in any case.
  const losesNaN = tf.getBackend() === 'wasm' && activation === 'relu';
  if (activation && !isThinned && !losesNaN) {
    const epilogue = { ...(bias && { bias }), activation };
    // An explicit padding is missing from the types only.
    return tf.fused.depthwiseConv2d({ x: padded, filter, strides: stride, pad: pad as 'valid', ...epilogue });
  }
  const out = isThinned
    ? thinImage(tf.depthwiseConv2d(padded, filter, 1, pad), stride)
    : tf.depthwiseConv2d(padded, filter, stride, pad);
  const shifted = bias ? tf.add<tf.Tensor4D>(out, bias) : out;
  if (!activation) return shifted;
  return activation === 'relu' ? tf.relu(shifted) : tf.relu6(shifted);
}

/** The padding of a convolution, numbers as a pair. @throws ShapeError if it is none, or 'same' meets a stride */
export function expectPadding(
  who: string,
  padding: NumberOrPair | 'same' | 'valid',
  stride: readonly [number, number],
): [number, number] | 'same' | 'valid' {
  if (padding === 'valid') return padding;
  if (padding === 'same') {
    if (stride[0] === 1 && stride[1] === 1) return padding;
    throw new ShapeError(
      `${who}: expected stride 1 with padding 'same', got stride ${shapeText(stride)}. Give the padding as numbers.`,
    );
  }
  if (typeof padding === 'string') {
    throw new ShapeError(
      `${who}: expected padding as numbers, 'same' or 'valid', got '${padding}'. Choose one of these.`,
    );
  }
  return expectPair(who, 'padding', padding, 0);
}

function convPads(
  padding: NumberOrPair | 'same' | 'valid',
  kernel: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
): Pads {
  const checked = expectPadding('Conv2d', padding, stride);
  if (checked === 'valid') return symmetric([0, 0]);
  if (checked !== 'same') return symmetric(checked);
  // An odd total puts the extra row below and the extra column on the right, as in PyTorch.
  const [height, width] = kernel.map((size, axis) => dilation[axis]! * (size - 1)) as [number, number];
  const top = Math.floor(height / 2);
  const left = Math.floor(width / 2);
  return { top, bottom: height - top, left, right: width - left };
}

function expectKernelFits(
  x: tf.Tensor,
  kernel: readonly [number, number],
  dilation: readonly [number, number],
  pads: Pads,
): void {
  expectPixels('Conv2d', x);
  const [height, width] = x.shape.slice(-3) as [number, number];
  const padded = [height + pads.top + pads.bottom, width + pads.left + pads.right];
  expectRoom('Conv2d', x.shape, padded, kernel, dilation);
}

/** A mirror or the other side of an image holds only so many rows. */
function expectPadsWithin(x: tf.Tensor, pads: Pads, mode: PaddingMode): void {
  const [height, width] = x.shape.slice(-3) as [number, number];
  const spare = mode === 'reflect' ? 1 : 0;
  const fits = Math.max(pads.top, pads.bottom) <= height - spare && Math.max(pads.left, pads.right) <= width - spare;
  if (mode === 'replicate' || fits) return;
  throw new ShapeError(
    `Conv2d: expected ${mode} padding of at most ${height - spare} rows and ${width - spare} columns, ` +
      `got ${Math.max(pads.top, pads.bottom)} and ${Math.max(pads.left, pads.right)} for shape ${shapeText(x.shape)}. ` +
      'Give a larger image or less padding.',
  );
}
