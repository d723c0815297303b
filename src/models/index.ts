// The zoo: one network a file, and how to build it, fill it and use it.
export { DownloadError, IntegrityError, StateDictError, ZooError } from '../core/index.js';
export { AlexNet, type AlexNetOptions } from './alexnet.js';
export { AlexNetBatchNorm, type AlexNetBatchNormOptions } from './alexnet-batchnorm.js';
export { AlexNetD2l, type AlexNetD2lOptions } from './alexnet-d2l.js';
export { AlexNetPaper, type AlexNetPaperOptions } from './alexnet-paper.js';
export {
  Classifier,
  type ClassifierOptions,
  createClassifier,
  type Prediction,
  type Preprocessing,
} from './classifier.js';
export type { Agreement } from './convert/agreement.js';
export { convertWeights } from './convert/convert.js';
export type { ConvertOptions, ConvertProgress, ConvertReport } from './convert/options.js';
export type { TargetFormat } from './convert/target.js';
export { type AlexNetVariant, type CreateAlexNetOptions, createAlexNet } from './create-alexnet.js';
export { type CreateOptions, createModel, listModels } from './create-model.js';
export { DenseNet, type DenseNetName, type DenseNetOptions } from './densenet.js';
export { EfficientNetLite, type EfficientNetLiteOptions } from './efficientnet-lite.js';
export { createFeatureExtractor, FeatureExtractor } from './feature-extractor.js';
export { fetchWeights } from './fetch-weights.js';
export type { WeightsReport } from './fresh-head.js';
export { GoogLeNet, type GoogLeNetOptions, type GoogLeNetOutputs } from './googlenet.js';
export { type ConvChannels, type ImageModel, inChannelsOf } from './image-model.js';
export { LeNet, type LeNetOptions } from './lenet.js';
export type { LoadProgress, WeightsSource } from './load-weights.js';
export { MobileNetV2, type MobileNetV2Options } from './mobilenet-v2.js';
export { ResNet, type ResNetName, type ResNetOptions } from './resnet.js';
export { SqueezeNet, type SqueezeNetName, type SqueezeNetOptions } from './squeezenet.js';
export { VGG, type VGGName, type VGGOptions } from './vgg.js';
export type { WorkerClassifier, WorkerOptions } from './worker/worker-classifier.js';
export { type ModelName, type Zoo, zoo } from './zoo.js';
