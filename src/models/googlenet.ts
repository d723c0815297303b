import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import type { ImageModel } from './image-model.js';
import { BasicConv2d, Inception, InceptionAux } from './inception.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface GoogLeNetOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Whether it has the two classifiers in its middle, which help in training. Default: true, or what the weights have. */
  readonly auxLogits?: boolean;
  /** Whether images come normalised as for torchvision's other models, and are normalised here as for this one. */
  readonly transformInput?: boolean;
  /** Probability of the dropout before the last layer. */
  readonly dropout?: number;
  /** Probability of those in the classifiers in its middle. */
  readonly dropoutAux?: number;
}

/** Logits of all three classifiers, each [N, numClasses]: torchvision's GoogLeNetOutputs. */
export interface GoogLeNetOutputs {
  readonly logits: tf.Tensor;
  readonly auxLogits2: tf.Tensor;
  readonly auxLogits1: tf.Tensor;
}

/**
 * torchvision's GoogLeNet, with BatchNorm: Szegedy et al., "Going Deeper with Convolutions", 2014.
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; other sizes from 15 × 15 up work too.
 *
 * Differs from PyTorch: `forward` gives the logits alone in training mode too; `forwardWithAux` gives those of all three classifiers.
 * @see https://docs.pytorch.org/vision/stable/models/googlenet.html
 * @see https://arxiv.org/abs/1409.4842
 */
export class GoogLeNet extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly transformInput: boolean;
  readonly conv1: BasicConv2d;
  readonly maxpool1 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true }); // [N, 56, 56, 64]
  readonly conv2 = new BasicConv2d(64, 64, 1); // [N, 56, 56, 64]
  readonly conv3 = new BasicConv2d(64, 192, 3, { padding: 1 }); // [N, 56, 56, 192]
  readonly maxpool2 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true }); // [N, 28, 28, 192]
  readonly inception3a = inception(192, 64, 96, 128, 16, 32, 32); // [N, 28, 28, 256]
  readonly inception3b = inception(256, 128, 128, 192, 32, 96, 64); // [N, 28, 28, 480]
  readonly maxpool3 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true }); // [N, 14, 14, 480]
  readonly inception4a = inception(480, 192, 96, 208, 16, 48, 64); // [N, 14, 14, 512]
  readonly inception4b = inception(512, 160, 112, 224, 24, 64, 64); // [N, 14, 14, 512]
  readonly inception4c = inception(512, 128, 128, 256, 24, 64, 64); // [N, 14, 14, 512]
  readonly inception4d = inception(512, 112, 144, 288, 32, 64, 64); // [N, 14, 14, 528]
  readonly inception4e = inception(528, 256, 160, 320, 32, 128, 128); // [N, 14, 14, 832]
  readonly maxpool4 = new nn.MaxPool2d(2, { stride: 2, ceilMode: true }); // [N, 7, 7, 832]
  readonly inception5a = inception(832, 256, 160, 320, 32, 128, 128); // [N, 7, 7, 832]
  readonly inception5b = inception(832, 384, 192, 384, 48, 128, 128); // [N, 7, 7, 1024]
  readonly aux1: InceptionAux | null;
  readonly aux2: InceptionAux | null;
  readonly avgpool = new nn.AdaptiveAvgPool2d([1, 1]); // [N, 1, 1, 1024]
  readonly dropout: nn.Dropout;
  readonly fc: nn.Linear;

  constructor(options: GoogLeNetOptions = {}) {
    super();
    const { numClasses = 1000, inChannels = 3, auxLogits = true, dropout = 0.2, dropoutAux = 0.7 } = options;
    this.transformInput = options.transformInput ?? false;
    this.conv1 = new BasicConv2d(inChannels, 64, 7, { stride: 2, padding: 3 }); // [N, 112, 112, 64]
    this.aux1 = auxLogits ? new InceptionAux(512, numClasses, dropoutAux) : null;
    this.aux2 = auxLogits ? new InceptionAux(528, numClasses, dropoutAux) : null;
    this.dropout = new nn.Dropout({ p: dropout });
    this.fc = new nn.Linear(1024, numClasses); // [N, numClasses]
    initialize(this);
  }

  get typeName(): string {
    return 'GoogLeNet';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.#classify(this.#second(this.#middle(this.#first(x)))));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => F.flatten(this.#second(this.#middle(this.#first(x))), { startDim: 1 }));
  }

  /**
   * The logits of all three classifiers, to train by the sum of their losses.
   * @throws ZooError of a model without them
   */
  forwardWithAux(x: tf.Tensor): GoogLeNetOutputs {
    const { aux1, aux2 } = this;
    if (!aux1 || !aux2) {
      throw new ZooError(
        'GoogLeNet.forwardWithAux: expected a model with classifiers in its middle, got one without. Build it with auxLogits: true.',
      );
    }
    return tf.tidy(() => {
      const first = this.#first(x);
      const middle = this.#middle(first);
      const logits = this.#classify(this.#second(middle));
      return { logits, auxLogits2: aux2.forward(middle), auxLogits1: aux1.forward(first) };
    }) as unknown as GoogLeNetOutputs;
  }

  /** [N, 224, 224, inChannels] → [N, 14, 14, 512] */
  #first(x: tf.Tensor): tf.Tensor {
    const { conv1, maxpool1, conv2, conv3, maxpool2, inception3a, inception3b, maxpool3, inception4a } = this;
    const image = this.transformInput ? normalizedAnew(x) : x;
    const layers = [conv1, maxpool1, conv2, conv3, maxpool2, inception3a, inception3b, maxpool3, inception4a];
    return new nn.Sequential(...layers).forward(image);
  }

  /** [N, 14, 14, 512] → [N, 14, 14, 528] */
  #middle(x: tf.Tensor): tf.Tensor {
    return new nn.Sequential(this.inception4b, this.inception4c, this.inception4d).forward(x);
  }

  /** [N, 14, 14, 528] → [N, 1, 1, 1024] */
  #second(x: tf.Tensor): tf.Tensor {
    const { inception4e, maxpool4, inception5a, inception5b, avgpool } = this;
    return new nn.Sequential(inception4e, maxpool4, inception5a, inception5b, avgpool).forward(x);
  }

  /** [N, 1, 1, 1024] → [N, numClasses] */
  #classify(x: tf.Tensor): tf.Tensor {
    return this.fc.forward(this.dropout.forward(F.flatten(x, { startDim: 1 })));
  }
}

/** Images of ImageNet's mean and standard deviation, as ones of mean and standard deviation 0.5. */
function normalizedAnew(x: tf.Tensor): tf.Tensor {
  const scale = tf.tensor1d([0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5]);
  const shift = tf.tensor1d([(0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5]);
  return tf.add(tf.mul(x, scale), shift);
}

function inception(inChannels: number, ...widths: [number, number, number, number, number, number]): Inception {
  const [ones, threesReduced, threes, fivesReduced, fives, pooled] = widths;
  return new Inception(inChannels, { ones, threesReduced, threes, fivesReduced, fives, pooled });
}

/** Convolutions and linear layers from N(0, 0.01²), cut off at 200 standard deviations, which is never. */
function initialize(model: GoogLeNet): void {
  for (const layer of model.modules()) {
    if (layer instanceof nn.Conv2d || layer instanceof nn.Linear) init.normal(layer.weight, { std: 0.01 });
  }
}

export const googlenet: ZooEntry<GoogLeNet, GoogLeNetOptions> = {
  build: (options) => new GoogLeNet(options),
  options: ['numClasses', 'inChannels', 'auxLogits', 'transformInput', 'dropout', 'dropoutAux'],
  sizesOf: (shapeOf, { numClasses }) => {
    const classes = classesOf(shapeOf, 'fc');
    // Those in its middle are left out with a head of other classes.
    const isOther = numClasses !== undefined && numClasses !== classes.numClasses;
    return {
      ...classes,
      ...defined('inChannels', shapeOf('conv1.conv.weight')?.[1]),
      auxLogits: !isOther && shapeOf('aux1.conv.conv.weight') !== undefined,
    };
  },
  isLeftOut: (name, { auxLogits }) => auxLogits === false && /^aux[12]\./.test(name),
};
