import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import type { ImageModel } from './image-model.js';
import { initializeConvolutions, initializeLinears } from './initialize.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface VGGOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Probability of both dropouts. */
  readonly dropout?: number;
}

/** The paper's table 1: channels of the 3 × 3 convolutions, and 'M' for a max pooling of 2 × 2, which halves height and width. */
const configurations = {
  vgg11: [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  vgg13: [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  vgg16: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
  vgg19: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 256, 'M', 512, 512, 512, 512, 'M', 512, 512, 512, 512, 'M'],
} as const;

type Depth = keyof typeof configurations;

export type VGGName = Depth | `${Depth}_bn`;

/**
 * torchvision's VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014.
 * Convolutions of 3 × 3 and nothing else, 11 to 19 layers deep; with `_bn` in its name each has a BatchNorm behind it.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; other sizes from 32 × 32 up work too.
 * @see https://docs.pytorch.org/vision/stable/models/vgg.html
 * @see https://arxiv.org/abs/1409.1556
 */
export class VGG extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly features: nn.Sequential;
  readonly avgpool = new nn.AdaptiveAvgPool2d([7, 7]);
  readonly classifier: nn.Sequential;

  constructor(name: VGGName, { numClasses = 1000, inChannels = 3, dropout = 0.5 }: VGGOptions = {}) {
    super();
    this.features = convolutions(name, inChannels); // [N, 7, 7, 512]
    this.classifier = new nn.Sequential(
      new nn.Linear(512 * 7 * 7, 4096), // [N, 4096]
      new nn.ReLU({ inplace: true }),
      new nn.Dropout({ p: dropout }),
      new nn.Linear(4096, 4096), // [N, 4096]
      new nn.ReLU({ inplace: true }),
      new nn.Dropout({ p: dropout }),
      new nn.Linear(4096, numClasses), // [N, numClasses]
    );
    initializeConvolutions(this);
    initializeLinears(this);
  }

  get typeName(): string {
    return 'VGG';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.forward(this.#convolve(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.slice(0, -1).forward(this.#convolve(x)));
  }

  /** [N, H, W, inChannels] → [N, 512 · 7 · 7] */
  #convolve(x: tf.Tensor): tf.Tensor {
    return F.flatten(this.avgpool.forward(this.features.forward(x)), { startDim: 1 });
  }
}

/** [N, H, W, inChannels] → [N, H / 32, W / 32, 512] */
function convolutions(name: VGGName, inChannels: number): nn.Sequential {
  const layers: nn.AnyModule[] = [];
  let channels = inChannels;
  for (const width of configurations[name.slice(0, 5) as Depth]) {
    if (width === 'M') {
      layers.push(new nn.MaxPool2d(2, { stride: 2 }));
      continue;
    }
    layers.push(new nn.Conv2d(channels, width, 3, { padding: 1 }));
    if (name.endsWith('_bn')) layers.push(new nn.BatchNorm2d(width));
    layers.push(new nn.ReLU({ inplace: true }));
    channels = width;
  }
  return new nn.Sequential(...layers);
}

const entryOf = (name: VGGName): ZooEntry<VGG, VGGOptions> => ({
  build: (options) => new VGG(name, options),
  options: ['numClasses', 'inChannels', 'dropout'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier.6'),
    ...defined('inChannels', shapeOf('features.0.weight')?.[1]),
  }),
});

const depths = Object.keys(configurations) as Depth[];

export const vggs = Object.fromEntries(
  depths.flatMap((depth) => [depth, `${depth}_bn` as const]).map((name) => [name, entryOf(name)]),
) as Readonly<Record<VGGName, ZooEntry<VGG, VGGOptions>>>;
