import type { Tensor } from '@tensorflow/tfjs-core';
import * as nn from '../nn/index.js';
import { xavierUniform } from '../nn/init/index.js';
import { type ConvChannels, expectConvChannels, type ImageModel, widthsOf } from './image-model.js';
import { classesOf, type ZooEntry } from './zoo-entry.js';

export interface AlexNetD2lOptions {
  readonly numClasses?: number;
  readonly dropout?: number;
  readonly channels?: ConvChannels;
  /** 'xavier' is what the book says; 'default' is what its code does, for on lazy layers its `init_cnn` finds nothing to fill. */
  readonly init?: 'xavier' | 'default';
}

/**
 * The AlexNet of "Dive into Deep Learning", section 8.1: the 2012 paper's widths in one tower, with 10 classes by default. It is
 * lazy: any image size from 65 × 65 and any number of channels fits, and the first input decides.
 *
 * Shape: [N, 224, 224, C] → logits [N, numClasses].
 * @see https://d2l.ai/chapter_convolutional-modern/alexnet.html
 */
export class AlexNetD2l extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly net: nn.Sequential;

  constructor(options: AlexNetD2lOptions = {}) {
    super();
    const { numClasses = 10, dropout = 0.5, channels = [96, 256, 384, 384, 256], init = 'xavier' } = options;
    expectConvChannels(channels);
    const [c1, c2, c3, c4, c5] = channels;
    this.net = new nn.Sequential(
      new nn.LazyConv2d(c1, 11, { stride: 4, padding: 1 }), // [N, 54, 54, 96]
      new nn.ReLU(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 26, 26, 96]
      new nn.LazyConv2d(c2, 5, { padding: 2 }), // [N, 26, 26, 256]
      new nn.ReLU(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 12, 12, 256]
      new nn.LazyConv2d(c3, 3, { padding: 1 }), // [N, 12, 12, 384]
      new nn.ReLU(),
      new nn.LazyConv2d(c4, 3, { padding: 1 }), // [N, 12, 12, 384]
      new nn.ReLU(),
      new nn.LazyConv2d(c5, 3, { padding: 1 }), // [N, 12, 12, 256]
      new nn.ReLU(),
      new nn.MaxPool2d(3, { stride: 2 }), // [N, 5, 5, 256]
      new nn.Flatten(), // [N, 6400]
      new nn.LazyLinear(4096), // [N, 4096]
      new nn.ReLU(),
      new nn.Dropout({ p: dropout }),
      new nn.LazyLinear(4096), // [N, 4096]
      new nn.ReLU(),
      new nn.Dropout({ p: dropout }),
      new nn.LazyLinear(numClasses), // [N, numClasses]
    );
    if (init === 'xavier') this.apply(initCnn);
  }

  get typeName(): string {
    return 'AlexNet';
  }

  forward(x: Tensor): Tensor {
    return this.net.forward(x);
  }

  embed(x: Tensor): Tensor {
    return this.net.slice(0, -1).forward(x);
  }
}

/** The book's `init_cnn`. Here it works on lazy layers too: what it asks for is carried out when the shape is known. */
function initCnn(module: nn.AnyModule): void {
  if (module instanceof nn.Linear || module instanceof nn.Conv2d) xavierUniform(module.weight);
}

export const alexnetD2l: ZooEntry<AlexNetD2l, AlexNetD2lOptions> = {
  build: (options) => new AlexNetD2l(options),
  options: ['numClasses', 'dropout', 'channels', 'init'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'net.20'),
    ...widthsOf(
      shapeOf,
      [0, 3, 6, 8, 10].map((i) => `net.${i}`),
    ),
  }),
};
