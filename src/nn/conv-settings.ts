import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectImage, shapeText } from './functional/checks.js';
import { pyText } from './repr.js';

// What Conv2d and ConvTranspose2d have in common: checks of their arguments and the text that they print.

interface ConvSettings {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | string;
  readonly dilation: readonly number[];
  readonly outputPadding?: readonly number[];
  readonly groups: number;
  readonly bias: unknown;
  readonly paddingMode: string;
}

/** What `extraRepr` prints, as PyTorch's `_ConvNd`: arguments that have their defaults are left out. */
export function convRepr(conv: ConvSettings): string {
  const isDefault = (pair: readonly number[] | string, value: number) =>
    typeof pair !== 'string' && pair.every((n) => n === value);
  const { padding, dilation, outputPadding = [0, 0] } = conv;
  return [
    `${conv.inChannels}, ${conv.outChannels}, kernel_size=${pyText(conv.kernelSize)}, stride=${pyText(conv.stride)}`,
    isDefault(padding, 0) ? '' : `, padding=${pyText(padding)}`,
    isDefault(dilation, 1) ? '' : `, dilation=${pyText(dilation)}`,
    isDefault(outputPadding, 0) ? '' : `, output_padding=${pyText(outputPadding)}`,
    conv.groups === 1 ? '' : `, groups=${conv.groups}`,
    conv.bias ? '' : ', bias=False',
    conv.paddingMode === 'zeros' ? '' : `, padding_mode=${conv.paddingMode}`,
  ].join('');
}

export function expectGroupsDivide(who: string, what: string, channels: number, groups: number): void {
  if (Number.isInteger(channels) && channels >= 1 && channels % groups === 0) return;
  throw new ShapeError(
    `${who}: expected ${what} to be a positive multiple of groups = ${groups}, got ${channels}. ` +
      'Change the channels or the groups.',
  );
}

/** The channels that a lazy convolution learns from its first input. */
export function channelsToLearn(who: string, x: Tensor, groups: number): number {
  expectImage(who, x);
  const channels = x.shape[x.rank - 1]!;
  if (channels >= 1 && channels % groups === 0) return channels;
  throw new ShapeError(
    `${who}: expected input channels (last axis) in a multiple of groups = ${groups}, got shape ${shapeText(x.shape)}. ` +
      'Change the channels or the groups.',
  );
}
