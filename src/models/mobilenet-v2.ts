import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import type { ImageModel } from './image-model.js';
import { initializeConvolutions, initializeLinears } from './initialize.js';
import { classesOf, defined, type ShapeOf, type ZooEntry } from './zoo-entry.js';

export interface MobileNetV2Options {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Multiplies the channels of every layer. */
  readonly widthMult?: number;
  /** Channels become a multiple of it; 1 for no rounding. */
  readonly roundNearest?: number;
  /** Probability of the dropout before the last layer. */
  readonly dropout?: number;
}

/** The paper's table 2. */
const stages = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 }, // [N, 112, 112, 16]
  { expansion: 6, channels: 24, blocks: 2, stride: 2 }, // [N, 56, 56, 24]
  { expansion: 6, channels: 32, blocks: 3, stride: 2 }, // [N, 28, 28, 32]
  { expansion: 6, channels: 64, blocks: 4, stride: 2 }, // [N, 14, 14, 64]
  { expansion: 6, channels: 96, blocks: 3, stride: 1 }, // [N, 14, 14, 96]
  { expansion: 6, channels: 160, blocks: 3, stride: 2 }, // [N, 7, 7, 160]
  { expansion: 6, channels: 320, blocks: 1, stride: 1 }, // [N, 7, 7, 320]
];

/**
 * torchvision's MobileNetV2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; any other size works too.
 * @see https://docs.pytorch.org/vision/stable/models/mobilenetv2.html
 * @see https://arxiv.org/abs/1801.04381
 */
export class MobileNetV2 extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly features: nn.Sequential;
  readonly classifier: nn.Sequential;

  constructor(options: MobileNetV2Options = {}) {
    super();
    const { numClasses = 1000, inChannels = 3, widthMult = 1, roundNearest = 8, dropout = 0.2 } = options;
    const width = (channels: number, mult = widthMult) => roundTo(channels * mult, roundNearest);
    const lastChannels = width(1280, Math.max(1, widthMult));
    let channels = width(32);
    const layers: nn.AnyModule[] = [new Conv2dNormActivation(inChannels, channels, { stride: 2 })]; // [N, 112, 112, 32]
    for (const { expansion, channels: wanted, blocks, stride } of stages) {
      for (let i = 0; i < blocks; i++) {
        layers.push(new InvertedResidual(channels, width(wanted), i === 0 ? stride : 1, expansion));
        channels = width(wanted);
      }
    }
    layers.push(new Conv2dNormActivation(channels, lastChannels, { kernelSize: 1 })); // [N, 7, 7, 1280]
    this.features = new nn.Sequential(...layers);
    this.classifier = new nn.Sequential(
      new nn.Dropout({ p: dropout }),
      new nn.Linear(lastChannels, numClasses), // [N, numClasses]
    );
    initializeConvolutions(this);
    initializeLinears(this);
  }

  get typeName(): string {
    return 'MobileNetV2';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.forward(this.#convolve(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.slice(0, -1).forward(this.#convolve(x)));
  }

  /** [N, H, W, inChannels] → [N, 1280] */
  #convolve(x: tf.Tensor): tf.Tensor {
    return F.flatten(F.adaptiveAvgPool2d(this.features.forward(x), [1, 1]), { startDim: 1 });
  }
}

interface ConvOptions {
  readonly kernelSize?: number;
  readonly stride?: number;
  readonly groups?: number;
}

class Conv2dNormActivation extends nn.Sequential {
  constructor(inChannels: number, outChannels: number, { kernelSize = 3, stride = 1, groups = 1 }: ConvOptions) {
    const padding = (kernelSize - 1) / 2;
    super(
      new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, groups, bias: false }),
      new nn.BatchNorm2d(outChannels),
      new nn.ReLU6({ inplace: true }),
    );
  }

  override get typeName(): string {
    return 'Conv2dNormActivation';
  }
}

/** Widens, filters each channel, and narrows, without an activation; added to its input where the shapes agree. */
class InvertedResidual extends nn.Module {
  readonly conv: nn.Sequential;
  readonly hasSkip: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, expansion: number) {
    super();
    const hidden = Math.round(inChannels * expansion);
    this.conv = new nn.Sequential(
      ...(expansion === 1 ? [] : [new Conv2dNormActivation(inChannels, hidden, { kernelSize: 1 })]), // [N, H, W, hidden]
      new Conv2dNormActivation(hidden, hidden, { stride, groups: hidden }), // [N, H', W', hidden]
      new nn.Conv2d(hidden, outChannels, 1, { bias: false }), // [N, H', W', outChannels]
      new nn.BatchNorm2d(outChannels),
    );
    this.hasSkip = stride === 1 && inChannels === outChannels;
  }

  get typeName(): string {
    return 'InvertedResidual';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => (this.hasSkip ? tf.add(x, this.conv.forward(x)) : this.conv.forward(x)));
  }
}

/** The nearest multiple, at least one of it, and not less than nine tenths of the number. */
function roundTo(channels: number, divisor: number): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * channels ? rounded + divisor : rounded;
}

/** Those for which weights are published. Rounded widths do not tell of which factor they come; these come first. */
const knownMults = [1, 1.4, 1.3, 0.75, 0.5, 0.35];

/** The factor for which every stage has the channels of a checkpoint. */
function widthMultOf(shapeOf: ShapeOf, roundNearest = 8): number | undefined {
  let block = 0;
  const ends = stages.map(({ expansion, channels, blocks }) => {
    block += blocks;
    return { channels, found: shapeOf(`features.${block}.conv.${expansion === 1 ? 1 : 2}.weight`)?.[0] ?? Number.NaN };
  });
  const { channels, found } = ends.at(-1)!; // the most channels, so the least of it is rounding
  return [...knownMults, found / channels].find((mult) =>
    ends.every((end) => end.found === roundTo(end.channels * mult, roundNearest)),
  );
}

export const mobilenetV2: ZooEntry<MobileNetV2, MobileNetV2Options> = {
  build: (options) => new MobileNetV2(options),
  options: ['numClasses', 'inChannels', 'widthMult', 'roundNearest', 'dropout'],
  sizesOf: (shapeOf, { roundNearest }) => ({
    ...classesOf(shapeOf, 'classifier.1'),
    ...defined('inChannels', shapeOf('features.0.0.weight')?.[1]),
    ...defined('widthMult', widthMultOf(shapeOf, roundNearest)),
  }),
};
