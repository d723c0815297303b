import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectOutputSize } from './functional/adaptive-pool.js';
import type { NumberOrPair } from './functional/checks.js';
import {
  type AvgPoolOptions,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  type LPPoolOptions,
  lpPool2d,
  type MaxPoolIndices,
  type MaxPoolOptions,
  maxPool2d,
  type OutputSize,
} from './functional/index.js';
import { expectNormType } from './functional/lp-pool.js';
import { expectNoIndices } from './functional/max-pool.js';
import { expectWindows } from './functional/windows.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat, pyText } from './repr.js';

/**
 * Largest value of each window.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, H', W', C], H' = floor((H + 2·padding − dilation·(kernelSize − 1) − 1) / stride) + 1,
 * rounded up with `ceilMode`.
 * @throws ShapeError if an input is smaller than a window
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d extends Module {
  readonly kernelSize: NumberOrPair;
  readonly stride: NumberOrPair;
  readonly padding: NumberOrPair;
  readonly dilation: NumberOrPair;
  readonly ceilMode: boolean;

  constructor(kernelSize: NumberOrPair, options: MaxPoolOptions = {}) {
    super();
    expectOptions('MaxPool2d', options, ['stride', 'padding', 'dilation', 'returnIndices', 'ceilMode']);
    expectNoIndices('MaxPool2d', options);
    expectWindows('MaxPool2d', kernelSize, options);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
  }

  get typeName(): string {
    return 'MaxPool2d';
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    return (
      `kernel_size=${pyText(this.kernelSize)}, stride=${pyText(this.stride)}, padding=${pyText(this.padding)}, ` +
      `dilation=${pyText(this.dilation)}, ceil_mode=${pyText(this.ceilMode)}`
    );
  }
}

/**
 * Mean of each window.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, H', W', C], H' = floor((H + 2·padding − kernelSize) / stride) + 1, rounded up with `ceilMode`.
 * @throws ShapeError if an input is smaller than a window
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends Module {
  readonly kernelSize: NumberOrPair;
  readonly stride: NumberOrPair;
  readonly padding: NumberOrPair;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(kernelSize: NumberOrPair, options: AvgPoolOptions = {}) {
    super();
    expectOptions('AvgPool2d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride']);
    expectWindows('AvgPool2d', kernelSize, options);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  get typeName(): string {
    return 'AvgPool2d';
  }

  forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    return `kernel_size=${pyText(this.kernelSize)}, stride=${pyText(this.stride)}, padding=${pyText(this.padding)}`;
  }
}

/**
 * (sum of x^normType)^(1 / normType) of each window: the sum itself for 1, the Euclidean norm for 2.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, H', W', C], H' = floor((H − kernelSize) / stride) + 1, rounded up with `ceilMode`.
 * @throws ShapeError if normType is 0, or an input is smaller than a window
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html
 */
export class LPPool2d extends Module {
  readonly normType: number;
  readonly kernelSize: NumberOrPair;
  /** null where it is the kernel size, which is how PyTorch prints it. */
  readonly stride: NumberOrPair | null;
  readonly ceilMode: boolean;

  constructor(normType: number, kernelSize: NumberOrPair, options: LPPoolOptions = {}) {
    super();
    expectOptions('LPPool2d', options, ['stride', 'ceilMode']);
    expectNormType('LPPool2d', normType);
    expectWindows('LPPool2d', kernelSize, options);
    this.normType = normType;
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? null;
    this.ceilMode = options.ceilMode ?? false;
  }

  get typeName(): string {
    return 'LPPool2d';
  }

  forward(x: Tensor): Tensor {
    return lpPool2d(x, this.normType, this.kernelSize, this);
  }

  override extraRepr(): string {
    return (
      `norm_type=${pyFloat(this.normType)}, kernel_size=${pyText(this.kernelSize)}, stride=${pyText(this.stride)}, ` +
      `ceil_mode=${pyText(this.ceilMode)}`
    );
  }
}

/** What the adaptive poolings share: the output size they are asked for. */
abstract class AdaptivePool extends Module {
  readonly outputSize: OutputSize;

  /** @param second what a caller gave behind the size; where it is the width, the sizes were meant as PyTorch's tuple */
  constructor(outputSize: OutputSize, second: unknown) {
    super();
    this.outputSize = this.#expectOneSize(outputSize, second);
  }

  override extraRepr(): string {
    return `output_size=${pyText(this.outputSize)}`;
  }

  /** Apart from the constructor, where TypeScript has no `typeName` yet. */
  #expectOneSize(outputSize: OutputSize, second: unknown): OutputSize {
    if (typeof second === 'number' || second === null) {
      const sizes = `${outputSize}, ${second}`;
      throw new ShapeError(`${this.typeName}: expected one output size, got ${sizes}. Write [${sizes}].`);
    }
    expectOutputSize(this.typeName, outputSize);
    return outputSize;
  }
}

/**
 * Mean over a grid of windows of the size that is asked for, which may be larger than the image.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, H', W', C]; null keeps a direction as it is.
 * @example
 * ```ts
 * const pool = new nn.AdaptiveAvgPool2d([6, 6]);
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export class AdaptiveAvgPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize, ...extra: never[]) {
    super(outputSize, extra[0]);
  }

  get typeName(): string {
    return 'AdaptiveAvgPool2d';
  }

  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/**
 * Largest value of each of a grid of windows of the size that is asked for, which may be larger than the image.
 *
 * Shape: [N, H, W, C] or [H, W, C] → [N, H', W', C]; null keeps a direction as it is.
 * @throws ShapeError if indices are asked for
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
export class AdaptiveMaxPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize, options: MaxPoolIndices = {}) {
    super(outputSize, options);
    expectOptions('AdaptiveMaxPool2d', options, ['returnIndices']);
    expectNoIndices('AdaptiveMaxPool2d', options);
  }

  get typeName(): string {
    return 'AdaptiveMaxPool2d';
  }

  forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}
