import * as tf from '@tensorflow/tfjs-core';
import * as nn from '../nn/index.js';
import { type ConvChannels, expectConvChannels, type ImageModel, widthsOf } from './image-model.js';
import { classesOf, type ZooEntry } from './zoo-entry.js';

export interface AlexNetBatchNormOptions {
  readonly numClasses?: number;
  readonly dropout?: number;
  readonly channels?: ConvChannels;
  /** Whether a ReLU follows the last linear layer, as in the published code; without it the outputs are plain logits. */
  readonly lastReLU?: boolean;
}

/**
 * An AlexNet with BatchNorm, as lessons in PyTorch publish it: every block is convolution or linear, ReLU, BatchNorm, pooling,
 * dropout. It is no paper's network: the 2012 one has response normalisation, no BatchNorm, and dropout only between the linear
 * layers.
 *
 * Shape: [N, 227, 227, 3] → [N, numClasses].
 */
export class AlexNetBatchNorm extends nn.Module implements ImageModel {
  readonly inputSize = 227;
  readonly conv1: nn.Sequential;
  readonly conv2: nn.Sequential;
  readonly conv3: nn.Sequential;
  readonly conv4: nn.Sequential;
  readonly conv5: nn.Sequential;
  readonly fc1: nn.Sequential;
  readonly fc2: nn.Sequential;
  readonly fc3: nn.Sequential;

  constructor(options: AlexNetBatchNormOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.5, channels = [96, 256, 384, 384, 256], lastReLU = true } = options;
    expectConvChannels(channels);
    const [c1, c2, c3, c4, c5] = channels;
    const poolAndDrop = () => [new nn.MaxPool2d(3, { stride: 2 }), new nn.Dropout({ p: dropout })];
    const convolution = (conv: nn.Conv2d, ...rest: nn.AnyModule[]) =>
      new nn.Sequential(conv, new nn.ReLU(), new nn.BatchNorm2d(conv.outChannels), ...rest);
    const hidden = (inFeatures: number) =>
      new nn.Sequential(
        new nn.Linear(inFeatures, 4096),
        new nn.ReLU(),
        new nn.BatchNorm1d(4096),
        new nn.Dropout({ p: dropout }),
      );
    this.conv1 = convolution(new nn.Conv2d(3, c1, 11, { stride: 4 }), ...poolAndDrop()); // [N, 27, 27, 96]
    this.conv2 = convolution(new nn.Conv2d(c1, c2, 5, { padding: 2 }), ...poolAndDrop()); // [N, 13, 13, 256]
    this.conv3 = convolution(new nn.Conv2d(c2, c3, 3, { padding: 1 })); // [N, 13, 13, 384]
    this.conv4 = convolution(new nn.Conv2d(c3, c4, 3, { padding: 1 })); // [N, 13, 13, 384]
    this.conv5 = convolution(new nn.Conv2d(c4, c5, 3, { padding: 1 }), ...poolAndDrop()); // [N, 6, 6, 256]
    this.fc1 = hidden(c5 * 6 * 6); // [N, 4096]
    this.fc2 = hidden(4096); // [N, 4096]
    this.fc3 = new nn.Sequential(new nn.Linear(4096, numClasses), ...(lastReLU ? [new nn.ReLU()] : [])); // [N, numClasses]
  }

  get typeName(): string {
    return 'AlexNet';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.fc3.forward(this.embed(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    const { conv1, conv2, conv3, conv4, conv5, fc1, fc2 } = this;
    return new nn.Sequential(conv1, conv2, conv3, conv4, conv5, new nn.Flatten(), fc1, fc2).forward(x);
  }
}

export const alexnetBatchNorm: ZooEntry<AlexNetBatchNorm, AlexNetBatchNormOptions> = {
  build: (options) => new AlexNetBatchNorm(options),
  options: ['numClasses', 'dropout', 'channels', 'lastReLU'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'fc3.0'),
    ...widthsOf(
      shapeOf,
      [1, 2, 3, 4, 5].map((i) => `conv${i}.0`),
    ),
  }),
};
