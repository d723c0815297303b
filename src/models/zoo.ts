import { ZooError } from '../core/index.js';
import { AlexNet, type AlexNetOptions } from './alexnet.js';
import { AlexNetBatchNorm, type AlexNetBatchNormOptions } from './alexnet-batchnorm.js';
import { AlexNetD2l, type AlexNetD2lOptions } from './alexnet-d2l.js';
import { AlexNetPaper, type AlexNetPaperOptions } from './alexnet-paper.js';
import { EfficientNetLite, type EfficientNetLiteOptions } from './efficientnet-lite.js';
import type { ConvChannels, ImageModel } from './image-model.js';
import { LeNet, type LeNetOptions } from './lenet.js';

/** Each model's class and the options it is built with. */
export interface Zoo {
  alexnet: { model: AlexNet; options: AlexNetOptions };
  alexnet_d2l: { model: AlexNetD2l; options: AlexNetD2lOptions };
  alexnet_bn: { model: AlexNetBatchNorm; options: AlexNetBatchNormOptions };
  alexnet_paper: { model: AlexNetPaper; options: AlexNetPaperOptions };
  efficientnet_lite0: { model: EfficientNetLite; options: EfficientNetLiteOptions };
  lenet: { model: LeNet; options: LeNetOptions };
}

export type ModelName = keyof Zoo;

/** PyTorch's shape of a checkpoint's entry; undefined where there is none. */
export type ShapeOf = (name: string) => readonly number[] | undefined;

interface ZooEntry<Model extends ImageModel, Options> {
  readonly description: string;
  build(options: Options): Model;
  /** Every option `build` knows. */
  readonly options: readonly (keyof Options & string)[];
  /** The options that a checkpoint's shapes tell, beside those that are given. */
  sizesOf(shapeOf: ShapeOf, given: Partial<Options>): Partial<Options>;
}

export const zoo: { readonly [Name in ModelName]: ZooEntry<Zoo[Name]['model'], Zoo[Name]['options']> } = {
  alexnet: {
    description: "torchvision's AlexNet (Krizhevsky 2014)",
    build: (options) => new AlexNet(options),
    options: ['numClasses', 'dropout', 'channels'],
    sizesOf: (shapeOf) =>
      widths(
        shapeOf,
        'classifier.6',
        [0, 3, 6, 8, 10].map((i) => `features.${i}`),
      ),
  },
  alexnet_d2l: {
    description: 'the AlexNet of "Dive into Deep Learning"',
    build: (options) => new AlexNetD2l(options),
    options: ['numClasses', 'dropout', 'channels', 'init'],
    sizesOf: (shapeOf) =>
      widths(
        shapeOf,
        'net.20',
        [0, 3, 6, 8, 10].map((i) => `net.${i}`),
      ),
  },
  alexnet_bn: {
    description: 'an AlexNet with BatchNorm in every block',
    build: (options) => new AlexNetBatchNorm(options),
    options: ['numClasses', 'dropout', 'channels', 'lastReLU'],
    sizesOf: (shapeOf) =>
      widths(
        shapeOf,
        'fc3.0',
        [1, 2, 3, 4, 5].map((i) => `conv${i}.0`),
      ),
  },
  alexnet_paper: {
    description: 'the ImageNet network of Krizhevsky, Sutskever and Hinton 2012',
    build: (options) => new AlexNetPaper(options),
    options: ['numClasses', 'dropout', 'channels', 'lrnAlpha'],
    sizesOf: (shapeOf) =>
      widths(
        shapeOf,
        'classifier.6',
        [0, 4, 8, 10, 12].map((i) => `features.${i}`),
      ),
  },
  efficientnet_lite0: {
    description: 'EfficientNet-Lite0 (Tan and Le 2019), small and quick',
    build: (options) => new EfficientNetLite(options),
    options: ['numClasses', 'inChannels', 'dropout'],
    sizesOf: (shapeOf) => ({
      ...defined('numClasses', shapeOf('classifier.weight')?.[0]),
      ...defined('inChannels', shapeOf('conv_stem.weight')?.[1]),
    }),
  },
  lenet: {
    description: 'LeNet (LeCun 1998) with ReLU and max pooling',
    build: (options) => new LeNet(options),
    options: ['numClasses', 'inChannels', 'inputSize', 'padding'],
    sizesOf: (shapeOf, { padding = 0 }) => ({
      ...defined('numClasses', shapeOf('fc3.weight')?.[0]),
      ...defined('inChannels', shapeOf('conv1.weight')?.[1]),
      ...defined('inputSize', lenetInputSize(shapeOf('fc1.weight')?.[1], padding)),
    }),
  },
};

/** Every model's name, in the order of the zoo. */
export const modelNames = Object.keys(zoo) as ModelName[];

/** @throws ZooError listing the models there are */
export function zooEntry<Name extends ModelName>(name: Name): (typeof zoo)[Name] {
  if (Object.hasOwn(zoo, name)) return zoo[name];
  throw new ZooError(`createModel: expected one of ${modelNames.join(', ')}, got '${name}'. Choose one of them.`);
}

/** Classes and widths of an AlexNet, from the weights of its head and its five convolutions. */
function widths(shapeOf: ShapeOf, head: string, convolutions: readonly string[]): AlexNetOptions {
  const channels = convolutions.map((name) => shapeOf(`${name}.weight`)?.[0]);
  return {
    ...defined('numClasses', shapeOf(`${head}.weight`)?.[0]),
    ...(channels.every((width) => width !== undefined) && { channels: channels as unknown as ConvChannels }),
  };
}

/** The image size whose 16 maps of size × size are the first linear layer's inputs; two convolutions of 5 and poolings of 2 back. */
function lenetInputSize(features: number | undefined, padding: number): number | undefined {
  if (features === undefined) return undefined;
  return 2 * (2 * Math.sqrt(features / 16) + 4) + 4 - 2 * padding;
}

function defined<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
