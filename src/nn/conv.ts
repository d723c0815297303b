import type { Tensor } from '@tensorflow/tfjs-core';
import { channelsToLearn, convRepr, expectGroupsDivide } from './conv-settings.js';
import { expectPair, expectPositive, type NumberOrPair } from './functional/checks.js';
import { conv2dWith, expectPadding, type Fused } from './functional/conv.js';
import { expectPaddingMode, type PaddingMode } from './functional/padding.js';
import { fanInUniform, fanInUniformOf } from './initializers.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { Parameter } from './parameter.js';
import { UNKNOWN } from './state.js';

export interface Conv2dOptions {
  readonly stride?: NumberOrPair;
  /** Zeros around the image; 'same' keeps height and width (stride 1 only), 'valid' adds none. */
  readonly padding?: NumberOrPair | 'same' | 'valid';
  readonly dilation?: NumberOrPair;
  /** Input and output channels are split into this many groups that do not see each other. */
  readonly groups?: number;
  readonly bias?: boolean;
  /** What stands in the padding: zeros, the mirrored image, its edge repeated, or its other side. */
  readonly paddingMode?: PaddingMode;
}

/**
 * 2-D convolution over channels-last images.
 *
 * Shape: [N, H, W, inChannels] or [H, W, inChannels] → [N, H', W', outChannels],
 * H' = floor((H + 2·padding − dilation·(kernelSize − 1) − 1) / stride) + 1.
 *
 * State: `weight` [outChannels, inChannels / groups, KH, KW] (in memory [KH, KW, inChannels / groups, outChannels]), `bias` [outChannels].
 * @throws ShapeError if groups do not divide the channels, or an input does not fit
 * @example
 * ```ts
 * const conv = new nn.Conv2d(3, 64, 11, { stride: 4, padding: 2 });
 * const y = conv.forward(tf.zeros([1, 224, 224, 3])); // [1, 55, 55, 64]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Module {
  readonly outChannels: number;
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number] | 'same' | 'valid';
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inChannels: number, outChannels: number, kernelSize: NumberOrPair, options: Conv2dOptions = {}) {
    super();
    expectOptions('Conv2d', options, ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode']);
    const { padding = 0, groups = 1, bias = true, paddingMode = 'zeros' } = options;
    this.outChannels = outChannels;
    this.kernelSize = expectPair('Conv2d', 'kernelSize', kernelSize, 1);
    this.stride = expectPair('Conv2d', 'stride', options.stride ?? 1, 1);
    this.padding = expectPadding('Conv2d', padding, this.stride);
    this.dilation = expectPair('Conv2d', 'dilation', options.dilation ?? 1, 1);
    this.groups = groups;
    this.paddingMode = paddingMode;
    expectPositive('Conv2d', 'groups', groups);
    expectPaddingMode('Conv2d', paddingMode);
    const lazy = this.learnsInChannels;
    if (!lazy) expectGroupsDivide('Conv2d', 'inChannels', inChannels, groups);
    expectGroupsDivide('Conv2d', 'outChannels', outChannels, groups);
    const groupChannels = lazy ? UNKNOWN : inChannels / groups;
    const shape = [outChannels, groupChannels, ...this.kernelSize];
    this.weight = new Parameter({ shape, layout: 'conv2d', init: fanInUniform, lazy });
    this.bias = bias ? new Parameter({ shape: [outChannels], init: fanInUniformOf(this.weight), lazy }) : null;
  }

  get typeName(): string {
    return 'Conv2d';
  }

  /** Whether an input or a checkpoint tells `inChannels`, and not the caller. */
  protected get learnsInChannels(): boolean {
    return false;
  }

  /** 0 while a lazy convolution has seen no input. */
  get inChannels(): number {
    const groupChannels = this.weight.expectedShape[1]!;
    return groupChannels === UNKNOWN ? 0 : groupChannels * this.groups;
  }

  forward(x: Tensor): Tensor {
    return this.convForward(x, this.weight.value, this.bias?.value ?? null);
  }

  /**
   * This convolution with a weight and bias that may be others than its own, and what is computed with it: PyTorch's
   * `_conv_forward`. Layers computed together come here, so a subclass that pads otherwise overrides this, and not `forward`.
   */
  convForward(x: Tensor, weight: Tensor, bias: Tensor | null, fused: Fused = {}): Tensor {
    const { stride, padding, dilation, groups, paddingMode } = this;
    return conv2dWith(x, weight, { bias, stride, padding, dilation, groups, paddingMode }, fused);
  }

  override extraRepr(): string {
    return convRepr(this);
  }
}

/**
 * A Conv2d that learns `inChannels` from its first input, or from a checkpoint.
 *
 * Run one forward pass before taking its parameters to an optimiser.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyConv2d.html
 */
export class LazyConv2d extends Conv2d {
  constructor(outChannels: number, kernelSize: NumberOrPair, options: Conv2dOptions = {}) {
    super(UNKNOWN, outChannels, kernelSize, options);
  }

  protected override get learnsInChannels(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.weight.isLazy ? 'LazyConv2d' : super.typeName;
  }

  override forward(x: Tensor): Tensor {
    // Once the channels are known, an input of others is told so by the convolution itself.
    if (this.weight.isLazy) this.weight.complete(channelsToLearn('LazyConv2d', x, this.groups) / this.groups);
    this.bias?.complete(this.outChannels);
    return super.forward(x);
  }
}
