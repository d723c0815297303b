import * as tf from '@tensorflow/tfjs-core';
import * as nn from '../nn/index.js';

/** What a block is built with, beside its channels. */
export interface BlockOptions {
  readonly stride: number;
  readonly dilation: number;
  readonly groups: number;
  /** Channels of each group where the paper has 64. */
  readonly widthPerGroup: number;
  /** Brings the input to the output's shape, where they differ. */
  readonly downsample: nn.Sequential | null;
}

/** What both kinds of block do: add what their layers compute to their input. */
abstract class ResidualBlock extends nn.Module {
  abstract readonly downsample: nn.Sequential | null;
  abstract readonly relu: nn.ReLU;
  /** The BatchNorm at the end of the branch. */
  abstract readonly lastNorm: nn.BatchNorm2d;

  /** The layers in their order, so that those which follow each other are computed as one where they can be. */
  protected abstract branch(): nn.Sequential;

  override train(mode = true): this {
    super.train(mode);
    this.branch().train(mode);
    return this;
  }

  /** [N, H, W, inChannels] → [N, H', W', outChannels] */
  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const branch = this.branch().forward(x);
      const shortcut = this.downsample ? this.downsample.forward(x) : x;
      return this.relu.forward(tf.add(branch, shortcut));
    });
  }
}

/** Two convolutions of 3 × 3, of ResNet-18 and 34. */
export class BasicBlock extends ResidualBlock {
  static readonly expansion = 1;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu = new nn.ReLU({ inplace: true });
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;

  constructor(inChannels: number, channels: number, { stride, downsample }: BlockOptions) {
    super();
    this.conv1 = conv3x3(inChannels, channels, { stride }); // [N, H', W', channels]
    this.bn1 = new nn.BatchNorm2d(channels);
    this.conv2 = conv3x3(channels, channels); // [N, H', W', channels]
    this.bn2 = new nn.BatchNorm2d(channels);
    this.downsample = downsample;
  }

  get typeName(): string {
    return 'BasicBlock';
  }

  get lastNorm(): nn.BatchNorm2d {
    return this.bn2;
  }

  protected branch(): nn.Sequential {
    return new nn.Sequential(this.conv1, this.bn1, this.relu, this.conv2, this.bn2);
  }
}

/**
 * A convolution of 3 × 3 between two of 1 × 1, of the deeper ones. The stride is the middle one's, where the paper has it at the
 * first: ResNet "v1.5", which is more accurate.
 */
export class Bottleneck extends ResidualBlock {
  static readonly expansion = 4;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly relu = new nn.ReLU({ inplace: true });
  readonly downsample: nn.Sequential | null;

  constructor(inChannels: number, channels: number, options: BlockOptions) {
    super();
    const { stride, dilation, groups, widthPerGroup, downsample } = options;
    const width = Math.trunc((channels * widthPerGroup) / 64) * groups;
    const outChannels = channels * Bottleneck.expansion;
    this.conv1 = conv1x1(inChannels, width); // [N, H, W, width]
    this.bn1 = new nn.BatchNorm2d(width);
    this.conv2 = conv3x3(width, width, { stride, groups, dilation }); // [N, H', W', width]
    this.bn2 = new nn.BatchNorm2d(width);
    this.conv3 = conv1x1(width, outChannels); // [N, H', W', outChannels]
    this.bn3 = new nn.BatchNorm2d(outChannels);
    this.downsample = downsample;
  }

  get typeName(): string {
    return 'Bottleneck';
  }

  get lastNorm(): nn.BatchNorm2d {
    return this.bn3;
  }

  protected branch(): nn.Sequential {
    const { conv1, bn1, conv2, bn2, conv3, bn3, relu } = this;
    return new nn.Sequential(conv1, bn1, relu, conv2, bn2, relu, conv3, bn3);
  }
}

export type Block = BasicBlock | Bottleneck;

function conv3x3(inChannels: number, outChannels: number, { stride = 1, groups = 1, dilation = 1 } = {}): nn.Conv2d {
  return new nn.Conv2d(inChannels, outChannels, 3, { stride, padding: dilation, groups, bias: false, dilation });
}

export function conv1x1(inChannels: number, outChannels: number, stride = 1): nn.Conv2d {
  return new nn.Conv2d(inChannels, outChannels, 1, { stride, bias: false });
}
