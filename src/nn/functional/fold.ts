import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import {
  expectFloat,
  expectImage,
  expectOptionsObject,
  expectPair,
  expectPixels,
  expectRank,
  expectRoom,
  type NumberOrPair,
  onBatch,
  shapeText,
} from './checks.js';
import { padImage, symmetric } from './padding.js';
import { gatherImage, multiplyImage, selectionMatrix } from './separable.js';
import { channelsToSpace, spaceToChannels } from './shuffle.js';

/** Where sliding blocks lie. */
export interface FoldOptions {
  readonly dilation?: NumberOrPair;
  /** Zeros around the image. */
  readonly padding?: NumberOrPair;
  readonly stride?: NumberOrPair;
}

/** The blocks along one direction of an image. */
interface Blocks {
  readonly size: number;
  readonly padding: number;
  /** Number of blocks. */
  readonly count: number;
  /** Positions in the padded image, block by block. */
  readonly taps: readonly number[];
}

/**
 * Takes sliding blocks out of images, each as one row.
 *
 * Shape: x [N, H, W, C] or [H, W, C] → [N, L, C · KH · KW], L = the number of blocks, rows first; a block's values are in PyTorch's
 * order (C, KH, KW).
 *
 * Differs from PyTorch: a sequence [N, L, C · KH · KW] as all are here, not [N, C · KH · KW, L].
 * @throws ShapeError if the image is smaller than a block
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html
 */
export function unfold(x: tf.Tensor, kernelSize: NumberOrPair, options: FoldOptions = {}): tf.Tensor {
  expectOptionsObject('unfold', options);
  expectImage('Unfold', x);
  expectPixels('Unfold', x);
  const { kernel, blocks } = blocksOf('Unfold', x.shape, kernelSize, options);
  const [rows, columns] = blocks;
  return tf.tidy(() =>
    onBatch(
      x,
      (batch) => {
        const taken = takeBlocks(batch as tf.Tensor4D, blocks); // [N, OH · KH, OW · KW, C]
        const image = spaceToChannels(taken, kernel); // [N, OH, OW, C · KH · KW]
        return tf.reshape(image, [image.shape[0]!, rows.count * columns.count, image.shape[3]!]);
      },
      4,
    ),
  );
}

/**
 * Puts sliding blocks back into images, adding up where they overlap.
 *
 * Shape: x [N, L, C · KH · KW] or [L, C · KH · KW] → [N, H', W', C], H' and W' = `outputSize`; as `unfold` gives them.
 *
 * Differs from PyTorch: as `unfold`.
 * @throws ShapeError if the blocks are not those of an image of that size
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.fold.html
 */
export function fold(
  x: tf.Tensor,
  outputSize: NumberOrPair,
  kernelSize: NumberOrPair,
  options: FoldOptions = {},
): tf.Tensor {
  expectOptionsObject('fold', options);
  expectRank('Fold', x, [2, 3], 'blocks [N, L, C · KH · KW] or [L, C · KH · KW]');
  expectFloat('Fold', x);
  const outSize = expectPair('Fold', 'outputSize', outputSize, 1);
  const { kernel, blocks } = blocksOf('Fold', outSize, kernelSize, options);
  const [length, channels] = x.shape.slice(-2) as [number, number];
  const [rows, columns] = blocks;
  if (length !== rows.count * columns.count || channels % (kernel[0] * kernel[1]) !== 0) {
    throw new ShapeError(
      `Fold: expected ${rows.count} × ${columns.count} blocks with channels in a multiple of ${kernel.join(' × ')}, got shape ` +
        `${shapeText(x.shape)}. Give what Unfold with the same arguments gives for an image of ${outSize.join('×')}.`,
    );
  }
  return tf.tidy(() =>
    onBatch(
      x,
      (batch) => {
        const image = tf.reshape(batch, [batch.shape[0]!, rows.count, columns.count, channels]);
        return addBlocks(channelsToSpace(image, kernel) as tf.Tensor4D, blocks);
      },
      3,
    ),
  );
}

/** [N, H, W, C] → [N, OH · KH, OW · KW, C], every block beside its neighbours. */
function takeBlocks(x: tf.Tensor4D, [rows, columns]: readonly [Blocks, Blocks]): tf.Tensor {
  return gatherImage(padImage(x, symmetric([rows.padding, columns.padding]), 0), rows.taps, columns.taps);
}

/** [N, OH · KH, OW · KW, C] → [N, H, W, C], the transpose of `takeBlocks`. */
function addBlocks(x: tf.Tensor4D, [rows, columns]: readonly [Blocks, Blocks]): tf.Tensor4D {
  return multiplyImage(x, [tapMatrix(rows), tapMatrix(columns)]);
}

/** [size, taps]: 1 where a tap is this row. */
function tapMatrix({ size, padding, taps }: Blocks): tf.Tensor2D {
  const positions = taps.map((tap) => tap - padding);
  return tf.transpose(selectionMatrix(positions, size));
}

/** The arguments as pairs. @throws ShapeError if one is out of its range */
export function expectBlocks(who: string, kernelSize: NumberOrPair, options: FoldOptions) {
  return {
    kernel: expectPair(who, 'kernelSize', kernelSize, 1),
    dilation: expectPair(who, 'dilation', options.dilation ?? 1, 1),
    padding: expectPair(who, 'padding', options.padding ?? 0, 0),
    stride: expectPair(who, 'stride', options.stride ?? 1, 1),
  };
}

/** @param shape of the image, [..., H, W, C] or [H, W] */
function blocksOf(who: string, shape: readonly number[], kernelSize: NumberOrPair, options: FoldOptions) {
  const { kernel, dilation, padding, stride } = expectBlocks(who, kernelSize, options);
  const sizes = shape.slice(-3).slice(0, 2);
  const padded = sizes.map((size, axis) => size + 2 * padding[axis]!);
  const extents = expectRoom(who, shape, padded, kernel, dilation);
  const blocks = sizes.map((size, axis): Blocks => {
    const count = Math.floor((padded[axis]! - extents[axis]!) / stride[axis]!) + 1;
    const taps = Array.from({ length: count }, (_, block) =>
      Array.from({ length: kernel[axis]! }, (_, k) => block * stride[axis]! + k * dilation[axis]!),
    ).flat();
    return { size, padding: padding[axis]!, count, taps };
  }) as [Blocks, Blocks];
  return { kernel, blocks };
}
