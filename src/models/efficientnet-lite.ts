import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import { BatchNormAct2d, Conv2dSame, SelectAdaptivePool2d } from '../nn/timm/index.js';
import type { ImageModel } from './image-model.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface EfficientNetLiteOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Probability of the dropout before the last layer. */
  readonly dropout?: number;
}

/**
 * EfficientNet-Lite0: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, in the form
 * that TensorFlow published for phones in 2020: ReLU6 for Swish, and no squeeze-and-excite. The names and the text are those of
 * timm's `tf_efficientnet_lite0`; strides pad as TensorFlow does.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; other sizes work too.
 * @see https://arxiv.org/abs/1905.11946
 * @see https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html
 */
export class EfficientNetLite extends nn.Sequential implements ImageModel {
  readonly inputSize = 224;
  readonly dropout: number;

  constructor({ numClasses = 1000, inChannels = 3, dropout = 0.2 }: EfficientNetLiteOptions = {}) {
    super([
      ['conv_stem', new Conv2dSame(inChannels, 32, 3, { stride: 2, bias: false })], // [N, 112, 112, 32]
      ['bn1', norm(32)],
      [
        'blocks',
        new nn.Sequential(
          new nn.Sequential(new DepthwiseSeparableConv(32, 16, 3)), // [N, 112, 112, 16]
          stage(2, 16, 24, 3, 2), // [N, 56, 56, 24]
          stage(2, 24, 40, 5, 2), // [N, 28, 28, 40]
          stage(3, 40, 80, 3, 2), // [N, 14, 14, 80]
          stage(3, 80, 112, 5, 1), // [N, 14, 14, 112]
          stage(4, 112, 192, 5, 2), // [N, 7, 7, 192]
          stage(1, 192, 320, 3, 1), // [N, 7, 7, 320]
        ),
      ],
      ['conv_head', pointwise(320, 1280)], // [N, 7, 7, 1280]
      ['bn2', norm(1280)],
      ['global_pool', new SelectAdaptivePool2d()], // [N, 1280]
      ['classifier', new nn.Linear(1280, numClasses)], // [N, numClasses]
    ]);
    this.dropout = dropout;
    initializeAsPublished(this);
  }

  override get typeName(): string {
    return 'EfficientNet';
  }

  override forward(x: tf.Tensor): tf.Tensor {
    const { dropout: p, training } = this;
    return tf.tidy(() => this.at(-1).forward(F.dropout(this.embed(x), { p, training })));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return this.slice(0, -1).forward(x);
  }
}

/**
 * A filter for each channel, then one of 1 × 1 over all: [N, H, W, inChannels] → [N, H, W, outChannels]. Identities stand where timm
 * has place for antialiasing, squeeze-and-excite and stochastic depth.
 */
class DepthwiseSeparableConv extends nn.Sequential {
  constructor(inChannels: number, outChannels: number, kernelSize: number) {
    super([
      ['conv_dw', depthwise(inChannels, kernelSize, 1)], // [N, H, W, inChannels]
      ['bn1', norm(inChannels)],
      ['aa', new nn.Identity()],
      ['se', new nn.Identity()],
      ['conv_pw', pointwise(inChannels, outChannels)], // [N, H, W, outChannels]
      ['bn2', norm(outChannels, new nn.Identity())],
      ['drop_path', new nn.Identity()],
    ]);
  }

  override get typeName(): string {
    return 'DepthwiseSeparableConv';
  }
}

/** The same on six times as many channels, added to its input where the shapes agree. */
class InvertedResidual extends nn.Sequential {
  readonly hasSkip: boolean;

  constructor(inChannels: number, outChannels: number, kernelSize: number, stride: number) {
    const expanded = 6 * inChannels;
    super([
      ['conv_pw', pointwise(inChannels, expanded)], // [N, H, W, 6 · inChannels]
      ['bn1', norm(expanded)],
      ['conv_dw', depthwise(expanded, kernelSize, stride)], // [N, H', W', 6 · inChannels]
      ['bn2', norm(expanded)],
      ['aa', new nn.Identity()],
      ['se', new nn.Identity()],
      ['conv_pwl', pointwise(expanded, outChannels)], // [N, H', W', outChannels]
      ['bn3', norm(outChannels, new nn.Identity())],
      ['drop_path', new nn.Identity()],
    ]);
    this.hasSkip = stride === 1 && inChannels === outChannels;
  }

  override get typeName(): string {
    return 'InvertedResidual';
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => (this.hasSkip ? tf.add(super.forward(x), x) : super.forward(x)));
  }
}

/** Blocks of which the first has the stride and changes the number of channels. */
function stage(blocks: number, inChannels: number, outChannels: number, kernelSize: number, stride: number) {
  const rest = Array.from({ length: blocks - 1 }, () => new InvertedResidual(outChannels, outChannels, kernelSize, 1));
  return new nn.Sequential(new InvertedResidual(inChannels, outChannels, kernelSize, stride), ...rest);
}

function depthwise(channels: number, kernelSize: number, stride: number): nn.Conv2d {
  const options = { groups: channels, bias: false };
  if (stride === 1) return new nn.Conv2d(channels, channels, kernelSize, { padding: (kernelSize - 1) / 2, ...options });
  return new Conv2dSame(channels, channels, kernelSize, { stride, ...options });
}

function pointwise(inChannels: number, outChannels: number): nn.Conv2d {
  return new nn.Conv2d(inChannels, outChannels, 1, { bias: false });
}

function norm(channels: number, act: nn.AnyModule = new nn.ReLU6({ inplace: true })): BatchNormAct2d {
  return new BatchNormAct2d(channels, act, { eps: 1e-3 });
}

/** Convolutions from N(0, 2 / fan-out), the classifier uniformly within 1 / √numClasses. */
function initializeAsPublished(model: EfficientNetLite): void {
  for (const layer of model.modules()) {
    if (layer instanceof nn.Conv2d) {
      const [height, width] = layer.kernelSize;
      init.normal(layer.weight, { std: Math.sqrt((2 * layer.groups) / (height * width * layer.outChannels)) });
    } else if (layer instanceof nn.Linear) {
      const range = 1 / Math.sqrt(layer.outFeatures);
      init.uniform(layer.weight, { a: -range, b: range });
      init.zeros(layer.bias!);
    }
  }
}

export const efficientnetLite0: ZooEntry<EfficientNetLite, EfficientNetLiteOptions> = {
  build: (options) => new EfficientNetLite(options),
  options: ['numClasses', 'inChannels', 'dropout'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier'),
    ...defined('inChannels', shapeOf('conv_stem.weight')?.[1]),
  }),
};
