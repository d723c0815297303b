import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import { type ConvChannels, expectConvChannels, type ImageModel, widthsOf } from './image-model.js';
import { classesOf, type ZooEntry } from './zoo-entry.js';

export interface AlexNetOptions {
  readonly numClasses?: number;
  /** Probability of both dropouts. */
  readonly dropout?: number;
  /** Channels of the five convolutions. */
  readonly channels?: ConvChannels;
}

/**
 * torchvision's AlexNet: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014. One tower, narrower
 * than the ImageNet 2012 network and without its response normalisation; for that one see `AlexNetPaper`.
 *
 * Shape: [N, 224, 224, 3] → logits [N, numClasses]; other sizes from 63 × 63 up work too.
 * @see https://docs.pytorch.org/vision/stable/models/alexnet.html
 * @see https://arxiv.org/abs/1404.5997
 */
export class AlexNet extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly features: nn.Sequential;
  readonly avgpool = new nn.AdaptiveAvgPool2d([6, 6]);
  readonly classifier: nn.Sequential;

  constructor({ numClasses = 1000, dropout = 0.5, channels = [64, 192, 384, 256, 256] }: AlexNetOptions = {}) {
    super();
    expectConvChannels(channels);
    const [c1, c2, c3, c4, c5] = channels;
    const relu = () => new nn.ReLU({ inplace: true });
    this.features = new nn.Sequential(
      new nn.Conv2d(3, c1, 11, { stride: 4, padding: 2 }), // [N, 55, 55, 64]
      relu(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 27, 27, 64]
      new nn.Conv2d(c1, c2, 5, { padding: 2 }), // [N, 27, 27, 192]
      relu(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 13, 13, 192]
      new nn.Conv2d(c2, c3, 3, { padding: 1 }), // [N, 13, 13, 384]
      relu(),
      new nn.Conv2d(c3, c4, 3, { padding: 1 }), // [N, 13, 13, 256]
      relu(),
      new nn.Conv2d(c4, c5, 3, { padding: 1 }), // [N, 13, 13, 256]
      relu(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 6, 6, 256]
    );
    this.classifier = new nn.Sequential(
      new nn.Dropout({ p: dropout }),
      new nn.Linear(c5 * 6 * 6, 4096), // [N, 4096]
      relu(),
      new nn.Dropout({ p: dropout }),
      new nn.Linear(4096, 4096), // [N, 4096]
      relu(),
      new nn.Linear(4096, numClasses), // [N, numClasses]
    );
  }

  get typeName(): string {
    return 'AlexNet';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.forward(this.#convolve(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.classifier.slice(0, -1).forward(this.#convolve(x)));
  }

  /** [N, H, W, 3] → [N, 256 · 6 · 6] */
  #convolve(x: tf.Tensor): tf.Tensor {
    const maps = this.avgpool.forward(this.features.forward(x));
    return F.flatten(maps, { startDim: 1 });
  }
}

export const alexnet: ZooEntry<AlexNet, AlexNetOptions> = {
  build: (options) => new AlexNet(options),
  options: ['numClasses', 'dropout', 'channels'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier.6'),
    ...widthsOf(
      shapeOf,
      [0, 3, 6, 8, 10].map((i) => `features.${i}`),
    ),
  }),
};
