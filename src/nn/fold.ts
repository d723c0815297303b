import type { Tensor } from '@tensorflow/tfjs-core';
import { expectPair, type NumberOrPair } from './functional/checks.js';
import { expectBlocks } from './functional/fold.js';
import { type FoldOptions, fold, unfold } from './functional/index.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyText } from './repr.js';

/** What both directions share: where the blocks lie. */
abstract class SlidingBlocks extends Module {
  readonly kernelSize: NumberOrPair;
  readonly dilation: NumberOrPair;
  readonly padding: NumberOrPair;
  readonly stride: NumberOrPair;

  constructor(kernelSize: NumberOrPair, options: FoldOptions = {}) {
    super();
    this.#check(kernelSize, options);
    this.kernelSize = kernelSize;
    this.dilation = options.dilation ?? 1;
    this.padding = options.padding ?? 0;
    this.stride = options.stride ?? 1;
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #check(kernelSize: NumberOrPair, options: FoldOptions): void {
    expectOptions(this.typeName, options, ['dilation', 'padding', 'stride']);
    expectBlocks(this.typeName, kernelSize, options);
  }

  override extraRepr(): string {
    return (
      `kernel_size=${pyText(this.kernelSize)}, dilation=${pyText(this.dilation)}, padding=${pyText(this.padding)}, ` +
      `stride=${pyText(this.stride)}`
    );
  }
}

/**
 * Takes sliding blocks out of images, each as one row.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, L, C · KH · KW], L = the number of blocks, rows first; a block's values are in PyTorch's
 * order (C, KH, KW), so that the weights of a linear layer behind it load unchanged.
 *
 * Differs from PyTorch: a sequence [N, L, C · KH · KW] as all are here, not [N, C · KH · KW, L].
 * @throws ShapeError if an argument is out of its range, or an image smaller than a block
 * @example
 * ```ts
 * const unfold = new nn.Unfold(4, { stride: 4 });
 * const patches = unfold.forward(tf.zeros([1, 32, 32, 3])); // [1, 64, 48]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 */
export class Unfold extends SlidingBlocks {
  get typeName(): string {
    return 'Unfold';
  }

  forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this);
  }
}

/**
 * Puts sliding blocks back into images, adding up where they overlap.
 *
 * Shape: [N, L, C · KH · KW] or [L, C · KH · KW] → [N, H', W', C], H' and W' = `outputSize`; as `Unfold` gives them.
 *
 * Differs from PyTorch: as `Unfold`.
 * @throws ShapeError if an argument is out of its range, or the blocks are not those of an image of that size
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
export class Fold extends SlidingBlocks {
  readonly outputSize: NumberOrPair;

  constructor(outputSize: NumberOrPair, kernelSize: NumberOrPair, options: FoldOptions = {}) {
    super(kernelSize, options);
    expectPair('Fold', 'outputSize', outputSize, 1);
    this.outputSize = outputSize;
  }

  get typeName(): string {
    return 'Fold';
  }

  forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this);
  }

  override extraRepr(): string {
    return `output_size=${pyText(this.outputSize)}, ${super.extraRepr()}`;
  }
}
