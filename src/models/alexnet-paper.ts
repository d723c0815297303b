import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import { type ConvChannels, expectConvChannels, type ImageModel, widthsOf } from './image-model.js';
import { classesOf, type ZooEntry } from './zoo-entry.js';

export interface AlexNetPaperOptions {
  readonly numClasses?: number;
  readonly dropout?: number;
  readonly channels?: ConvChannels;
  /**
   * Alpha of the response normalisation in PyTorch's sense, which is divided by the size 5. The paper's formula does not divide
   * its 1e-4, so here that is 5e-4; Caffe's reading is 1e-4.
   */
  readonly lrnAlpha?: number;
}

/**
 * The network of Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012:
 * response normalisation, overlapping pooling, and groups of 2 where the paper's two GPUs did not talk to each other. The input
 * is 227 × 227, for with the 224 of the text its numbers do not come out.
 *
 * Shape: [N, 227, 227, 3] → logits [N, numClasses].
 * @see https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks
 */
export class AlexNetPaper extends nn.Module implements ImageModel {
  readonly inputSize = 227;
  readonly features: nn.Sequential;
  readonly classifier: nn.Sequential;

  constructor(options: AlexNetPaperOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.5, channels = [96, 256, 384, 384, 256], lrnAlpha = 5e-4 } = options;
    expectConvChannels(channels);
    const [c1, c2, c3, c4, c5] = channels;
    const normalize = () => new nn.LocalResponseNorm(5, { alpha: lrnAlpha, beta: 0.75, k: 2 });
    this.features = new nn.Sequential(
      new nn.Conv2d(3, c1, 11, { stride: 4 }), // [N, 55, 55, 96]
      new nn.ReLU(),
      normalize(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 27, 27, 96]
      new nn.Conv2d(c1, c2, 5, { padding: 2, groups: 2 }), // [N, 27, 27, 256]
      new nn.ReLU(),
      normalize(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 13, 13, 256]
      new nn.Conv2d(c2, c3, 3, { padding: 1 }), // [N, 13, 13, 384]
      new nn.ReLU(),
      new nn.Conv2d(c3, c4, 3, { padding: 1, groups: 2 }), // [N, 13, 13, 384]
      new nn.ReLU(),
      new nn.Conv2d(c4, c5, 3, { padding: 1, groups: 2 }), // [N, 13, 13, 256]
      new nn.ReLU(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 6, 6, 256]
    );
    this.classifier = new nn.Sequential(
      new nn.Dropout({ p: dropout }),
      new nn.Linear(c5 * 6 * 6, 4096), // [N, 4096]
      new nn.ReLU(),
      new nn.Dropout({ p: dropout }),
      new nn.Linear(4096, 4096), // [N, 4096]
      new nn.ReLU(),
      new nn.Linear(4096, numClasses), // [N, numClasses]
    );
    initializeAsPaper(this.features, this.classifier);
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

  /** [N, 227, 227, 3] → [N, 256 · 6 · 6] */
  #convolve(x: tf.Tensor): tf.Tensor {
    return F.flatten(this.features.forward(x), { startDim: 1 });
  }
}

/** Section 5: weights from N(0, 0.01²); biases 1 in the second, fourth and fifth convolution and the hidden layers, else 0. */
function initializeAsPaper(features: nn.Sequential, classifier: nn.Sequential): void {
  const convolutions = [...features].filter((module) => module instanceof nn.Conv2d);
  const linears = [...classifier].filter((module) => module instanceof nn.Linear);
  const oneBiased = new Set<nn.AnyModule>([...[1, 3, 4].map((i) => convolutions[i]!), ...linears.slice(0, -1)]);
  for (const layer of [...convolutions, ...linears]) {
    init.normal(layer.weight, { std: 0.01 });
    init.constant(layer.bias!, oneBiased.has(layer) ? 1 : 0);
  }
}

export const alexnetPaper: ZooEntry<AlexNetPaper, AlexNetPaperOptions> = {
  build: (options) => new AlexNetPaper(options),
  options: ['numClasses', 'dropout', 'channels', 'lrnAlpha'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'classifier.6'),
    ...widthsOf(
      shapeOf,
      [0, 4, 8, 10, 12].map((i) => `features.${i}`),
    ),
  }),
};
