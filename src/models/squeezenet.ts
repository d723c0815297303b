import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import type { ImageModel } from './image-model.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface SqueezeNetOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Probability of the dropout before the last convolution. */
  readonly dropout?: number;
}

export type SqueezeNetName = 'squeezenet1_0' | 'squeezenet1_1';

/**
 * torchvision's SqueezeNet: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
 * 2016. Its last layer is a convolution, whose maps are averaged. Version 1.1 pools earlier, for 2.4 times fewer multiplications.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; other sizes from 21 × 21 (1.1: 17 × 17) up work too.
 * @see https://docs.pytorch.org/vision/stable/models/squeezenet.html
 * @see https://arxiv.org/abs/1602.07360
 */
export class SqueezeNet extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly features: nn.Sequential;
  readonly classifier: nn.Sequential;

  constructor(name: SqueezeNetName, { numClasses = 1000, inChannels = 3, dropout = 0.5 }: SqueezeNetOptions = {}) {
    super();
    this.features = name === 'squeezenet1_0' ? version10(inChannels) : version11(inChannels); // [N, 13, 13, 512]
    this.classifier = new nn.Sequential(
      new nn.Dropout({ p: dropout }),
      new nn.Conv2d(512, numClasses, 1), // [N, 13, 13, numClasses]
      new nn.ReLU({ inplace: true }),
      new nn.AdaptiveAvgPool2d([1, 1]), // [N, 1, 1, numClasses]
    );
    initialize(this);
  }

  get typeName(): string {
    return 'SqueezeNet';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => F.flatten(this.classifier.forward(this.features.forward(x)), { startDim: 1 }));
  }

  /** The means of the 512 maps that the last convolution sees: no linear layer has them as its input. */
  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => F.flatten(F.adaptiveAvgPool2d(this.features.forward(x), [1, 1]), { startDim: 1 }));
  }
}

/** Squeezes to few channels, and expands them by convolutions of 1 × 1 and of 3 × 3: [N, H, W, C] → [N, H, W, 2 · expand]. */
class Fire extends nn.Module {
  readonly squeeze: nn.Conv2d;
  readonly squeeze_activation = new nn.ReLU({ inplace: true });
  readonly expand1x1: nn.Conv2d;
  readonly expand1x1_activation = new nn.ReLU({ inplace: true });
  readonly expand3x3: nn.Conv2d;
  readonly expand3x3_activation = new nn.ReLU({ inplace: true });

  constructor(inChannels: number, squeeze: number, expand: number) {
    super();
    this.squeeze = new nn.Conv2d(inChannels, squeeze, 1); // [N, H, W, squeeze]
    this.expand1x1 = new nn.Conv2d(squeeze, expand, 1); // [N, H, W, expand]
    this.expand3x3 = new nn.Conv2d(squeeze, expand, 3, { padding: 1 }); // [N, H, W, expand]
  }

  get typeName(): string {
    return 'Fire';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const squeezed = new nn.Sequential(this.squeeze, this.squeeze_activation).forward(x);
      const ones = new nn.Sequential(this.expand1x1, this.expand1x1_activation).forward(squeezed);
      const threes = new nn.Sequential(this.expand3x3, this.expand3x3_activation).forward(squeezed);
      return tf.concat([ones, threes], -1);
    });
  }
}

const pool = () => new nn.MaxPool2d(3, { stride: 2, ceilMode: true });

function version10(inChannels: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(inChannels, 96, 7, { stride: 2 }), // [N, 109, 109, 96]
    new nn.ReLU({ inplace: true }),
    pool(), // [N, 54, 54, 96]
    new Fire(96, 16, 64), // [N, 54, 54, 128]
    new Fire(128, 16, 64), // [N, 54, 54, 128]
    new Fire(128, 32, 128), // [N, 54, 54, 256]
    pool(), // [N, 27, 27, 256]
    new Fire(256, 32, 128), // [N, 27, 27, 256]
    new Fire(256, 48, 192), // [N, 27, 27, 384]
    new Fire(384, 48, 192), // [N, 27, 27, 384]
    new Fire(384, 64, 256), // [N, 27, 27, 512]
    pool(), // [N, 13, 13, 512]
    new Fire(512, 64, 256), // [N, 13, 13, 512]
  );
}

function version11(inChannels: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(inChannels, 64, 3, { stride: 2 }), // [N, 111, 111, 64]
    new nn.ReLU({ inplace: true }),
    pool(), // [N, 55, 55, 64]
    new Fire(64, 16, 64), // [N, 55, 55, 128]
    new Fire(128, 16, 64), // [N, 55, 55, 128]
    pool(), // [N, 27, 27, 128]
    new Fire(128, 32, 128), // [N, 27, 27, 256]
    new Fire(256, 32, 128), // [N, 27, 27, 256]
    pool(), // [N, 13, 13, 256]
    new Fire(256, 48, 192), // [N, 13, 13, 384]
    new Fire(384, 48, 192), // [N, 13, 13, 384]
    new Fire(384, 64, 256), // [N, 13, 13, 512]
    new Fire(512, 64, 256), // [N, 13, 13, 512]
  );
}

/** Kaiming's uniform distribution by fan-in, the last convolution from N(0, 0.01²), and no biases. */
function initialize(model: SqueezeNet): void {
  const last = model.classifier[1];
  for (const layer of model.modules()) {
    if (!(layer instanceof nn.Conv2d)) continue;
    if (layer === last) init.normal(layer.weight, { std: 0.01 });
    else init.kaimingUniform(layer.weight);
    init.zeros(layer.bias!);
  }
}

const entryOf = (name: SqueezeNetName): ZooEntry<SqueezeNet, SqueezeNetOptions> => ({
  build: (options) => new SqueezeNet(name, options),
  options: ['numClasses', 'inChannels', 'dropout'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier.1'),
    ...defined('inChannels', shapeOf('features.0.weight')?.[1]),
  }),
});

export const squeezenets: Readonly<Record<SqueezeNetName, ZooEntry<SqueezeNet, SqueezeNetOptions>>> = {
  squeezenet1_0: entryOf('squeezenet1_0'),
  squeezenet1_1: entryOf('squeezenet1_1'),
};
