import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import {
  expectBias,
  expectChannels,
  expectFilter,
  expectImage,
  expectOptionsObject,
  expectPair,
  type NumberOrPair,
  onBatch,
  shapeText,
} from './checks.js';
import { convolveDepthwise } from './conv.js';
import { symmetric } from './padding.js';
import { dilateFilter, spreadImage } from './spread.js';

export interface ConvTranspose2dFunctionOptions {
  /** [outChannels] */
  readonly bias?: tf.Tensor | null;
  readonly stride?: NumberOrPair;
  /** Rows and columns to leave out on every side of the output. */
  readonly padding?: NumberOrPair;
  /** Rows below and columns on the right that the output has besides; smaller than the stride or the dilation. */
  readonly outputPadding?: NumberOrPair;
  readonly groups?: number;
  readonly dilation?: NumberOrPair;
}

type Pair = [number, number];

interface Geometry {
  readonly stride: Pair;
  /** Rows and columns of the output. */
  readonly size: Pair;
  readonly padding: Pair;
  readonly outputPadding: Pair;
}

/**
 * Transposed 2-D convolution, also called deconvolution: what `conv2d` of the same arguments does to the gradient of its output.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, H', W', outChannels],
 * H' = (H − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1.
 *
 * Differs from PyTorch: channels-last, and the filter lies as [KH, KW, outChannels / groups, C].
 * @throws ShapeError if channels, groups, dtype or sizes do not fit
 * @example
 * ```ts
 * const y = nn.functional.convTranspose2d(tf.ones([1, 4, 4, 8]), tf.ones([2, 2, 3, 8]), { stride: 2 }); // [1, 8, 8, 3]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
 */
export function convTranspose2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  options: ConvTranspose2dFunctionOptions = {},
): tf.Tensor {
  expectOptionsObject('convTranspose2d', options);
  const { bias = null, groups = 1 } = options;
  const [kernelHeight, kernelWidth, groupOutputs, inChannels] = expectFilter('ConvTranspose2d', weight, groups);
  expectBias('ConvTranspose2d', bias, groupOutputs * groups);
  expectImage('ConvTranspose2d', x);
  expectChannels('ConvTranspose2d', x, inChannels, x.rank === 4 ? 'NHWC' : 'HWC');
  const stride = expectPair('ConvTranspose2d', 'stride', options.stride ?? 1, 1);
  const padding = expectPair('ConvTranspose2d', 'padding', options.padding ?? 0, 0);
  const dilation = expectPair('ConvTranspose2d', 'dilation', options.dilation ?? 1, 1);
  const outputPadding = expectPair('ConvTranspose2d', 'outputPadding', options.outputPadding ?? 0, 0);
  expectOutputPadding(outputPadding, stride, dilation);
  const least = leastSize(x, { kernelSize: [kernelHeight, kernelWidth], stride, padding, dilation });
  const size = least.map((rows, axis) => rows + outputPadding[axis]!) as Pair;
  expectOutput(x, size, padding);

  return tf.tidy(() => {
    const filter = dilateFilter(weight as tf.Tensor4D, dilation);
    const geometry = { stride, size, padding, outputPadding };
    return onBatch(
      x,
      (batch) => {
        const images = batch as tf.Tensor4D;
        const out = isDepthwise(groups, inChannels)
          ? transposeDepthwise(images, filter, geometry)
          : transposeGroups(images, filter, groups, geometry);
        return bias ? tf.add(out, bias) : out;
      },
      4,
    );
  });
}

function isDepthwise(groups: number, inChannels: number): boolean {
  return groups > 1 && groups === inChannels;
}

/** x [N, H, W, C], filter [KH, KW, K, C] → [N, H', W', K] */
function transpose(x: tf.Tensor4D, filter: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { stride, size, padding, outputPadding } = geometry;
  // The op derives the number of input rows from the output's; whole strides of output padding are rows of zeros behind the input.
  const behind = outputPadding.map((rows, axis) => Math.floor(rows / stride[axis]!)) as Pair;
  const input = behind.some((rows) => rows > 0)
    ? tf.pad(x, [
        [0, 0],
        [0, behind[0]],
        [0, behind[1]],
        [0, 0],
      ])
    : x;
  const [height, width] = size.map((rows, axis) => rows + 2 * padding[axis]!) as Pair;
  return crop(
    tf.conv2dTranspose(input, filter, [x.shape[0], height, width, filter.shape[2]], stride, 'valid'),
    geometry,
  );
}

/** Leaves out the padding. */
function crop(x: tf.Tensor4D, { size, padding }: Geometry): tf.Tensor4D {
  if (padding[0] === 0 && padding[1] === 0) return x;
  return tf.slice(x, [0, ...padding, 0], [x.shape[0], ...size, x.shape[3]]);
}

/** Each group of input channels has filters of its own: x [N, H, W, C], filter [KH, KW, K / groups, C] → [N, H', W', K] */
function transposeGroups(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number, geometry: Geometry): tf.Tensor4D {
  if (groups === 1) return transpose(x, filter, geometry);
  const inputs = tf.split<tf.Tensor4D>(x, groups, 3);
  const filters = tf.split<tf.Tensor4D>(filter, groups, 3);
  return tf.concat(
    inputs.map((input, group) => transpose(input, filters[group]!, geometry)),
    3,
  );
}

/**
 * One input channel a group: a depthwise convolution over the image with zeros between its rows, by the filter turned by 180°.
 * x [N, H, W, C], filter [KH, KW, M, C] → [N, H', W', C · M]
 */
function transposeDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { stride, outputPadding } = geometry;
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]); // [KH, KW, C, M]
  const [rows, columns] = [filter.shape[0] - 1, filter.shape[1] - 1];
  const around = symmetric([rows, columns]);
  const pads = { ...around, bottom: rows + outputPadding[0], right: columns + outputPadding[1] };
  return crop(convolveDepthwise(spreadImage(x, stride), turned, null, { stride: [1, 1], pads }), geometry);
}

interface TransposeSettings {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** Rows and columns of the output without output padding. */
function leastSize(x: tf.Tensor, { kernelSize, stride, padding, dilation }: TransposeSettings): Pair {
  const sizes = x.shape.slice(-3, -1);
  return sizes.map(
    (size, axis) => (size - 1) * stride[axis]! - 2 * padding[axis]! + dilation[axis]! * (kernelSize[axis]! - 1) + 1,
  ) as Pair;
}

/**
 * The output padding that makes an output of `outputSize`: [height, width], or a whole shape of the input's rank.
 * @throws ShapeError if that is of another length, or no padding gives that size
 */
export function outputPaddingFor(x: tf.Tensor, outputSize: readonly number[], settings: TransposeSettings): Pair {
  expectImage('ConvTranspose2d', x);
  const size = outputSize.length === x.rank ? outputSize.slice(-3, -1) : outputSize;
  if (size.length !== 2) {
    throw new ShapeError(
      `ConvTranspose2d: expected outputSize to have 2 or ${x.rank} numbers for shape ${shapeText(x.shape)}, ` +
        `got ${shapeText(outputSize)}. Give [height, width].`,
    );
  }
  const least = leastSize(x, settings);
  const most = least.map((rows, axis) => rows + settings.stride[axis]! - 1);
  if (!size.every((rows, axis) => Number.isInteger(rows) && rows >= least[axis]! && rows <= most[axis]!)) {
    throw new ShapeError(
      `ConvTranspose2d: expected outputSize from ${shapeText(least)} to ${shapeText(most)} for shape ${shapeText(x.shape)}, ` +
        `got ${shapeText(size)}. Choose a size in this range.`,
    );
  }
  return size.map((rows, axis) => rows - least[axis]!) as Pair;
}

function expectOutputPadding(outputPadding: Pair, stride: Pair, dilation: Pair): void {
  if (outputPadding.every((rows, axis) => rows < stride[axis]! || rows < dilation[axis]!)) return;
  throw new ShapeError(
    `ConvTranspose2d: expected outputPadding smaller than stride ${shapeText(stride)} or dilation ${shapeText(dilation)}, ` +
      `got ${shapeText(outputPadding)}. Give less, or a larger stride.`,
  );
}

function expectOutput(x: tf.Tensor, size: Pair, padding: Pair): void {
  const [height, width] = x.shape.slice(-3) as Pair;
  if (Math.min(height, width, ...size) >= 1) return;
  throw new ShapeError(
    `ConvTranspose2d: expected an image and an output of at least 1×1, got ${height}×${width} and ${size.join('×')} ` +
      `for shape ${shapeText(x.shape)} and padding ${shapeText(padding)}. Give a larger image or less padding.`,
  );
}
