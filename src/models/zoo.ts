import { nearest, ZooError } from '../core/index.js';
import type { AlexNet, AlexNetOptions } from './alexnet.js';
import type { AlexNetBatchNorm, AlexNetBatchNormOptions } from './alexnet-batchnorm.js';
import type { AlexNetD2l, AlexNetD2lOptions } from './alexnet-d2l.js';
import type { AlexNetPaper, AlexNetPaperOptions } from './alexnet-paper.js';
import type { DenseNet, DenseNetName, DenseNetOptions } from './densenet.js';
import type { EfficientNetLite, EfficientNetLiteOptions } from './efficientnet-lite.js';
import type { GoogLeNet, GoogLeNetOptions } from './googlenet.js';
import type { ImageModel } from './image-model.js';
import type { LeNet, LeNetOptions } from './lenet.js';
import type { MobileNetV2, MobileNetV2Options } from './mobilenet-v2.js';
import type { ResNet, ResNetName, ResNetOptions } from './resnet.js';
import type { SqueezeNet, SqueezeNetName, SqueezeNetOptions } from './squeezenet.js';
import type { VGG, VGGName, VGGOptions } from './vgg.js';
import type { ZooEntry } from './zoo-entry.js';

interface Kind<Model extends ImageModel, Options> {
  model: Model;
  options: Options;
}

/** Each model's class and the options it is built with. */
export interface Zoo
  extends Record<VGGName, Kind<VGG, VGGOptions>>,
    Record<ResNetName, Kind<ResNet, ResNetOptions>>,
    Record<SqueezeNetName, Kind<SqueezeNet, SqueezeNetOptions>>,
    Record<DenseNetName, Kind<DenseNet, DenseNetOptions>> {
  alexnet: Kind<AlexNet, AlexNetOptions>;
  alexnet_d2l: Kind<AlexNetD2l, AlexNetD2lOptions>;
  alexnet_bn: Kind<AlexNetBatchNorm, AlexNetBatchNormOptions>;
  alexnet_paper: Kind<AlexNetPaper, AlexNetPaperOptions>;
  efficientnet_lite0: Kind<EfficientNetLite, EfficientNetLiteOptions>;
  googlenet: Kind<GoogLeNet, GoogLeNetOptions>;
  lenet: Kind<LeNet, LeNetOptions>;
  mobilenet_v2: Kind<MobileNetV2, MobileNetV2Options>;
}

export type ModelName = keyof Zoo;

export type EntryOf<Name extends ModelName> = ZooEntry<Zoo[Name]['model'], Zoo[Name]['options']>;

interface Listed<Name extends ModelName> {
  readonly description: string;
  /** Loads the model's code: whoever uses one model loads one. */
  load(): Promise<EntryOf<Name>>;
}

const vgg = <Name extends VGGName>(name: Name) => import('./vgg.js').then(({ vggs }) => vggs[name]);
const resnet = <Name extends ResNetName>(name: Name) => import('./resnet.js').then(({ resnets }) => resnets[name]);
const squeezenet = <Name extends SqueezeNetName>(name: Name) =>
  import('./squeezenet.js').then(({ squeezenets }) => squeezenets[name]);
const densenet = <Name extends DenseNetName>(name: Name) =>
  import('./densenet.js').then(({ densenets }) => densenets[name]);

export const zoo: { readonly [Name in ModelName]: Listed<Name> } = {
  alexnet: {
    description: "torchvision's AlexNet (Krizhevsky 2014)",
    load: async () => (await import('./alexnet.js')).alexnet,
  },
  alexnet_d2l: {
    description: 'the AlexNet of "Dive into Deep Learning"',
    load: async () => (await import('./alexnet-d2l.js')).alexnetD2l,
  },
  alexnet_bn: {
    description: 'an AlexNet with BatchNorm in every block',
    load: async () => (await import('./alexnet-batchnorm.js')).alexnetBatchNorm,
  },
  alexnet_paper: {
    description: 'the ImageNet network of Krizhevsky, Sutskever and Hinton 2012',
    load: async () => (await import('./alexnet-paper.js')).alexnetPaper,
  },
  efficientnet_lite0: {
    description: 'EfficientNet-Lite0 (Tan and Le 2019), small and quick',
    load: async () => (await import('./efficientnet-lite.js')).efficientnetLite0,
  },
  lenet: {
    description: 'LeNet (LeCun 1998) with ReLU and max pooling',
    load: async () => (await import('./lenet.js')).lenet,
  },
  vgg11: { description: 'VGG of 11 layers (Simonyan and Zisserman 2014)', load: () => vgg('vgg11') },
  vgg11_bn: {
    description: 'VGG of 11 layers (Simonyan and Zisserman 2014), with BatchNorm',
    load: () => vgg('vgg11_bn'),
  },
  vgg13: { description: 'VGG of 13 layers (Simonyan and Zisserman 2014)', load: () => vgg('vgg13') },
  vgg13_bn: {
    description: 'VGG of 13 layers (Simonyan and Zisserman 2014), with BatchNorm',
    load: () => vgg('vgg13_bn'),
  },
  vgg16: { description: 'VGG of 16 layers (Simonyan and Zisserman 2014)', load: () => vgg('vgg16') },
  vgg16_bn: {
    description: 'VGG of 16 layers (Simonyan and Zisserman 2014), with BatchNorm',
    load: () => vgg('vgg16_bn'),
  },
  vgg19: { description: 'VGG of 19 layers (Simonyan and Zisserman 2014)', load: () => vgg('vgg19') },
  vgg19_bn: {
    description: 'VGG of 19 layers (Simonyan and Zisserman 2014), with BatchNorm',
    load: () => vgg('vgg19_bn'),
  },
  googlenet: {
    description: 'GoogLeNet, the first Inception (Szegedy et al. 2014)',
    load: async () => (await import('./googlenet.js')).googlenet,
  },
  resnet18: { description: 'ResNet of 18 layers (He et al. 2015)', load: () => resnet('resnet18') },
  resnet34: { description: 'ResNet of 34 layers (He et al. 2015)', load: () => resnet('resnet34') },
  resnet50: { description: 'ResNet of 50 layers (He et al. 2015)', load: () => resnet('resnet50') },
  resnet101: { description: 'ResNet of 101 layers (He et al. 2015)', load: () => resnet('resnet101') },
  resnet152: { description: 'ResNet of 152 layers (He et al. 2015)', load: () => resnet('resnet152') },
  wide_resnet50_2: {
    description: 'ResNet-50, twice as wide inside its blocks (Zagoruyko and Komodakis 2016)',
    load: () => resnet('wide_resnet50_2'),
  },
  wide_resnet101_2: {
    description: 'ResNet-101, twice as wide inside its blocks (Zagoruyko and Komodakis 2016)',
    load: () => resnet('wide_resnet101_2'),
  },
  resnext50_32x4d: {
    description: 'ResNeXt-50 of 32 groups of 4 channels (Xie et al. 2016)',
    load: () => resnet('resnext50_32x4d'),
  },
  resnext101_32x8d: {
    description: 'ResNeXt-101 of 32 groups of 8 channels (Xie et al. 2016)',
    load: () => resnet('resnext101_32x8d'),
  },
  resnext101_64x4d: {
    description: 'ResNeXt-101 of 64 groups of 4 channels (Xie et al. 2016)',
    load: () => resnet('resnext101_64x4d'),
  },
  squeezenet1_0: { description: 'SqueezeNet 1.0 (Iandola et al. 2016)', load: () => squeezenet('squeezenet1_0') },
  squeezenet1_1: {
    description: 'SqueezeNet 1.1, with 2.4 times fewer multiplications',
    load: () => squeezenet('squeezenet1_1'),
  },
  densenet121: { description: 'DenseNet of 121 layers (Huang et al. 2016)', load: () => densenet('densenet121') },
  densenet161: { description: 'DenseNet of 161 layers (Huang et al. 2016)', load: () => densenet('densenet161') },
  densenet169: { description: 'DenseNet of 169 layers (Huang et al. 2016)', load: () => densenet('densenet169') },
  densenet201: { description: 'DenseNet of 201 layers (Huang et al. 2016)', load: () => densenet('densenet201') },
  mobilenet_v2: {
    description: 'MobileNetV2 (Sandler et al. 2018)',
    load: async () => (await import('./mobilenet-v2.js')).mobilenetV2,
  },
};

/** Every model's name, in the order of the zoo. */
export const modelNames = Object.keys(zoo) as ModelName[];

/** @throws ZooError with the nearest names */
export async function zooEntry<Name extends ModelName>(name: Name): Promise<EntryOf<Name>> {
  if (Object.hasOwn(zoo, name)) return zoo[name].load();
  throw new ZooError(
    `createModel: expected a model of the zoo, got '${name}'. The nearest: ${nearest(name, modelNames).join(', ')}; ` +
      `listModels() names all ${modelNames.length}.`,
  );
}
