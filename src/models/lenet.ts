import type { Tensor } from '@tensorflow/tfjs-core';
import * as nn from '../nn/index.js';
import type { ImageModel } from './image-model.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface LeNetOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Height and width of the images, which decide the first linear layer's inputs. */
  readonly inputSize?: number;
  /** Of the first convolution: 2 makes a 28 × 28 image into the 32 × 32 of the 1998 paper. */
  readonly padding?: number;
}

/**
 * LeNet in the form that PyTorch lessons use: the layer sizes of LeCun et al., "Gradient-Based Learning Applied to Document
 * Recognition", 1998, with ReLU, max pooling and a plain linear output where the paper has sigmoids, trainable averages and
 * radial basis functions.
 *
 * Shape: [N, inputSize, inputSize, inChannels] → logits [N, numClasses].
 * @see http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf
 */
export class LeNet extends nn.Sequential implements ImageModel {
  readonly inputSize: number;

  constructor({ numClasses = 10, inChannels = 1, inputSize = 28, padding = 0 }: LeNetOptions = {}) {
    const pooled = Math.floor((inputSize + 2 * padding - 4) / 2);
    const size = Math.floor((pooled - 4) / 2);
    super([
      ['conv1', new nn.Conv2d(inChannels, 6, 5, { padding })], // [N, 24, 24, 6]
      ['relu1', new nn.ReLU()],
      ['pool1', new nn.MaxPool2d(2)], // [N, 12, 12, 6]
      ['conv2', new nn.Conv2d(6, 16, 5)], // [N, 8, 8, 16]
      ['relu2', new nn.ReLU()],
      ['pool2', new nn.MaxPool2d(2)], // [N, 4, 4, 16]
      ['flatten', new nn.Flatten()], // [N, 256]
      ['fc1', new nn.Linear(16 * size * size, 120)], // [N, 120]
      ['relu3', new nn.ReLU()],
      ['fc2', new nn.Linear(120, 84)], // [N, 84]
      ['relu4', new nn.ReLU()],
      ['fc3', new nn.Linear(84, numClasses)], // [N, numClasses]
    ]);
    this.inputSize = inputSize;
  }

  override get typeName(): string {
    return 'LeNet';
  }

  embed(x: Tensor): Tensor {
    return this.slice(0, -1).forward(x);
  }
}

export const lenet: ZooEntry<LeNet, LeNetOptions> = {
  build: (options) => new LeNet(options),
  options: ['numClasses', 'inChannels', 'inputSize', 'padding'],
  sizesOf: (shapeOf, { padding = 0 }) => ({
    ...classesOf(shapeOf, 'fc3'),
    ...defined('inChannels', shapeOf('conv1.weight')?.[1]),
    ...defined('inputSize', inputSizeOf(shapeOf('fc1.weight')?.[1], padding)),
  }),
};

/** The image size whose 16 maps of size × size are the first linear layer's inputs; two convolutions of 5 and poolings of 2 back. */
function inputSizeOf(features: number | undefined, padding: number): number | undefined {
  if (features === undefined) return undefined;
  return 2 * (2 * Math.sqrt(features / 16) + 4) + 4 - 2 * padding;
}
