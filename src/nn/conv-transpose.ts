import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { channelsToLearn, convRepr, expectGroupsDivide } from './conv-settings.js';
import { expectPair, expectPositive, type NumberOrPair } from './functional/checks.js';
import { outputPaddingFor } from './functional/conv-transpose.js';
import { convTranspose2d } from './functional/index.js';
import { fanInUniform, fanInUniformOf } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { UNKNOWN } from './state.js';

export interface ConvTranspose2dOptions {
  readonly stride?: NumberOrPair;
  /** Rows and columns to leave out on every side of the output. */
  readonly padding?: NumberOrPair;
  /** Rows below and columns on the right that the output has besides; smaller than the stride or the dilation. */
  readonly outputPadding?: NumberOrPair;
  /** Input and output channels are split into this many groups that do not see each other. */
  readonly groups?: number;
  readonly bias?: boolean;
  readonly dilation?: NumberOrPair;
  /** A transposed convolution knows no other. */
  readonly paddingMode?: 'zeros';
}

export interface ConvTranspose2dForwardOptions {
  /** Size of the output, [height, width] or a shape of which these are taken: chooses `outputPadding` for this call. */
  readonly outputSize?: readonly number[] | null;
}

/**
 * Transposed 2-D convolution over channels-last images, also called deconvolution.
 *
 * Shape: [N, H, W, inChannels] or [H, W, inChannels] → [N, H', W', outChannels],
 * H' = (H − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1.
 *
 * State: `weight` [inChannels, outChannels / groups, KH, KW] (in memory [KH, KW, outChannels / groups, inChannels]), `bias` [outChannels].
 *
 * Differs from PyTorch: an `outputSize` that is a whole shape lies channels-last, as `tensor.shape` gives it.
 * @throws ShapeError if groups do not divide the channels, or an input or an output size does not fit
 * @example
 * ```ts
 * const up = new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1 });
 * const y = up.forward(tf.zeros([1, 6, 6, 16])); // [1, 11, 11, 8]
 * const z = up.forward(tf.zeros([1, 6, 6, 16]), { outputSize: [12, 12] }); // [1, 12, 12, 8]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
export class ConvTranspose2d extends Module<[x: Tensor, options?: ConvTranspose2dForwardOptions]> {
  readonly outChannels: number;
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly outputPadding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly paddingMode: 'zeros';
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inChannels: number, outChannels: number, kernelSize: NumberOrPair, options: ConvTranspose2dOptions = {}) {
    super();
    const known = ['stride', 'padding', 'outputPadding', 'groups', 'bias', 'dilation', 'paddingMode'];
    expectOptions('ConvTranspose2d', options, known);
    const { groups = 1, bias = true, paddingMode = 'zeros' } = options;
    this.outChannels = outChannels;
    this.kernelSize = expectPair('ConvTranspose2d', 'kernelSize', kernelSize, 1);
    this.stride = expectPair('ConvTranspose2d', 'stride', options.stride ?? 1, 1);
    this.padding = expectPair('ConvTranspose2d', 'padding', options.padding ?? 0, 0);
    this.outputPadding = expectPair('ConvTranspose2d', 'outputPadding', options.outputPadding ?? 0, 0);
    this.dilation = expectPair('ConvTranspose2d', 'dilation', options.dilation ?? 1, 1);
    this.groups = groups;
    this.paddingMode = paddingMode;
    expectPositive('ConvTranspose2d', 'groups', groups);
    expectZeros(paddingMode);
    const lazy = this.learnsInChannels;
    if (!lazy) expectGroupsDivide('ConvTranspose2d', 'inChannels', inChannels, groups);
    expectGroupsDivide('ConvTranspose2d', 'outChannels', outChannels, groups);
    const shape = [lazy ? UNKNOWN : inChannels, outChannels / groups, ...this.kernelSize];
    this.weight = new Parameter({ shape, layout: 'convTranspose2d', init: fanInUniform, lazy });
    this.bias = bias ? new Parameter({ shape: [outChannels], init: fanInUniformOf(this.weight), lazy }) : null;
  }

  get typeName(): string {
    return 'ConvTranspose2d';
  }

  /** Whether an input or a checkpoint tells `inChannels`, and not the caller. */
  protected get learnsInChannels(): boolean {
    return false;
  }

  /** 0 while a lazy convolution has seen no input. */
  get inChannels(): number {
    const channels = this.weight.expectedShape[0]!;
    return channels === UNKNOWN ? 0 : channels;
  }

  forward(x: Tensor, options: ConvTranspose2dForwardOptions = {}): Tensor {
    expectOptions('ConvTranspose2d.forward', options, ['outputSize']);
    const { stride, padding, groups, dilation } = this;
    const bias = this.bias?.value ?? null;
    const outputPadding = options.outputSize ? outputPaddingFor(x, options.outputSize, this) : this.outputPadding;
    return convTranspose2d(x, this.weight.value, { bias, stride, padding, outputPadding, groups, dilation });
  }

  override extraRepr(): string {
    return convRepr(this);
  }
}

function expectZeros(paddingMode: string): void {
  if (paddingMode === 'zeros') return;
  throw new ShapeError(
    `ConvTranspose2d: expected paddingMode 'zeros', got '${paddingMode}'. Leave it out: PyTorch has no other either.`,
  );
}

/**
 * A ConvTranspose2d that learns `inChannels` from its first input, or from a checkpoint.
 *
 * Run one forward pass before taking its parameters to an optimiser.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose2d.html
 */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(outChannels: number, kernelSize: NumberOrPair, options: ConvTranspose2dOptions = {}) {
    super(UNKNOWN, outChannels, kernelSize, options);
  }

  protected override get learnsInChannels(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.weight.isLazy ? 'LazyConvTranspose2d' : super.typeName;
  }

  override forward(x: Tensor, options: ConvTranspose2dForwardOptions = {}): Tensor {
    if (this.weight.isLazy) this.weight.complete(channelsToLearn('LazyConvTranspose2d', x, this.groups));
    this.bias?.complete(this.outChannels);
    return super.forward(x, options);
  }
}
