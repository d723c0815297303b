import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import type { ImageModel } from './image-model.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface DenseNetOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** A layer's first convolution gives so many times the channels that its second one adds. */
  readonly bnSize?: number;
  /** Probability of the dropout behind each layer. */
  readonly dropRate?: number;
}

/** The paper's table 1: what each layer adds, the layers of each block, and the channels of the first convolution. */
const architectures = {
  densenet121: { growthRate: 32, blocks: [6, 12, 24, 16], initFeatures: 64 },
  densenet161: { growthRate: 48, blocks: [6, 12, 36, 24], initFeatures: 96 },
  densenet169: { growthRate: 32, blocks: [6, 12, 32, 32], initFeatures: 64 },
  densenet201: { growthRate: 32, blocks: [6, 12, 48, 32], initFeatures: 64 },
} as const;

export type DenseNetName = keyof typeof architectures;

/**
 * torchvision's DenseNet: Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks", 2016. Each layer sees
 * what all layers of its block before it gave.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; other sizes from 29 × 29 up work too.
 * @see https://docs.pytorch.org/vision/stable/models/densenet.html
 * @see https://arxiv.org/abs/1608.06993
 */
export class DenseNet extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly features: nn.Sequential;
  readonly classifier: nn.Linear;

  constructor(name: DenseNetName, options: DenseNetOptions = {}) {
    super();
    const { numClasses = 1000, inChannels = 3, bnSize = 4, dropRate = 0 } = options;
    const { growthRate, blocks, initFeatures } = architectures[name];
    const layers: [string, nn.AnyModule][] = [
      ['conv0', new nn.Conv2d(inChannels, initFeatures, 7, { stride: 2, padding: 3, bias: false })], // [N, 112, 112, 64]
      ['norm0', new nn.BatchNorm2d(initFeatures)],
      ['relu0', new nn.ReLU({ inplace: true })],
      ['pool0', new nn.MaxPool2d(3, { stride: 2, padding: 1 })], // [N, 56, 56, 64]
    ];
    let channels: number = initFeatures;
    for (const [i, count] of blocks.entries()) {
      layers.push([`denseblock${i + 1}`, new DenseBlock(channels, count, { growthRate, bnSize, dropRate })]);
      channels += count * growthRate; // [N, H, W, channels]
      if (i === blocks.length - 1) break;
      layers.push([`transition${i + 1}`, new Transition(channels)]); // [N, H / 2, W / 2, channels / 2]
      channels = Math.floor(channels / 2);
    }
    layers.push(['norm5', new nn.BatchNorm2d(channels)]);
    this.features = new nn.Sequential(layers); // [N, 7, 7, channels]
    this.classifier = new nn.Linear(channels, numClasses); // [N, numClasses]
    initialize(this);
  }

  get typeName(): string {
    return 'DenseNet';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.forward(this.embed(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const maps = F.relu(this.features.forward(x));
      return F.flatten(F.adaptiveAvgPool2d(maps, [1, 1]), { startDim: 1 });
    });
  }
}

interface LayerOptions {
  readonly growthRate: number;
  readonly bnSize: number;
  readonly dropRate: number;
}

/** [N, H, W, inChannels] → [N, H, W, growthRate] */
class DenseLayer extends nn.Module {
  readonly norm1: nn.BatchNorm2d;
  readonly relu1 = new nn.ReLU({ inplace: true });
  readonly conv1: nn.Conv2d;
  readonly norm2: nn.BatchNorm2d;
  readonly relu2 = new nn.ReLU({ inplace: true });
  readonly conv2: nn.Conv2d;
  readonly dropRate: number;

  constructor(inChannels: number, { growthRate, bnSize, dropRate }: LayerOptions) {
    super();
    const width = bnSize * growthRate;
    this.norm1 = new nn.BatchNorm2d(inChannels);
    this.conv1 = new nn.Conv2d(inChannels, width, 1, { bias: false }); // [N, H, W, width]
    this.norm2 = new nn.BatchNorm2d(width);
    this.conv2 = new nn.Conv2d(width, growthRate, 3, { padding: 1, bias: false }); // [N, H, W, growthRate]
    this.dropRate = dropRate;
  }

  get typeName(): string {
    return '_DenseLayer';
  }

  override train(mode = true): this {
    super.train(mode);
    this.#layers().train(mode);
    return this;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { dropRate: p, training } = this;
    return tf.tidy(() => F.dropout(this.#layers().forward(x), { p, training }));
  }

  /** In their order, so that those which follow each other are computed as one where they can be. */
  #layers(): nn.Sequential {
    const { norm1, relu1, conv1, norm2, relu2, conv2 } = this;
    return new nn.Sequential(norm1, relu1, conv1, norm2, relu2, conv2);
  }
}

/** [N, H, W, inChannels] → [N, H, W, inChannels + layers · growthRate] */
class DenseBlock extends nn.Sequential {
  constructor(inChannels: number, layers: number, options: LayerOptions) {
    super(
      Array.from({ length: layers }, (_, i) => [
        `denselayer${i + 1}`,
        new DenseLayer(inChannels + i * options.growthRate, options),
      ]),
    );
  }

  override get typeName(): string {
    return '_DenseBlock';
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      let seen = x;
      for (const layer of this) seen = tf.concat([seen, layer.forward(seen)], -1);
      return seen;
    });
  }
}

/** Half of the channels, and half of the height and width. */
class Transition extends nn.Sequential {
  constructor(inChannels: number) {
    super([
      ['norm', new nn.BatchNorm2d(inChannels)],
      ['relu', new nn.ReLU({ inplace: true })],
      ['conv', new nn.Conv2d(inChannels, Math.floor(inChannels / 2), 1, { bias: false })], // [N, H, W, C / 2]
      ['pool', new nn.AvgPool2d(2, { stride: 2 })], // [N, H / 2, W / 2, C / 2]
    ]);
  }

  override get typeName(): string {
    return '_Transition';
  }
}

/** Kaiming's normal distribution by fan-in for convolutions, and no bias in the classifier. */
function initialize(model: DenseNet): void {
  for (const layer of model.modules()) {
    if (layer instanceof nn.Conv2d) init.kaimingNormal(layer.weight);
    else if (layer instanceof nn.Linear) init.zeros(layer.bias!);
  }
}

/** torchvision's files have the names of a time when a module's name could have a dot in it. */
function renamed(name: string): string {
  return name.replace(/(denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.');
}

const entryOf = (name: DenseNetName): ZooEntry<DenseNet, DenseNetOptions> => ({
  build: (options) => new DenseNet(name, options),
  options: ['numClasses', 'inChannels', 'bnSize', 'dropRate'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier'),
    ...defined('inChannels', shapeOf('features.conv0.weight')?.[1]),
  }),
  renamed,
});

export const densenets: Readonly<Record<DenseNetName, ZooEntry<DenseNet, DenseNetOptions>>> = {
  densenet121: entryOf('densenet121'),
  densenet161: entryOf('densenet161'),
  densenet169: entryOf('densenet169'),
  densenet201: entryOf('densenet201'),
};
