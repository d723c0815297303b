// torch.nn on TensorFlow.js.
export { ShapeError, type StateDict, StateDictError, UninitializedError, ZooError } from '../core/index.js';
export { LogSoftmax, PReLU, ReLU, Softmax } from './activation.js';
export { BatchNorm1d, BatchNorm2d, type BatchNormOptions, LazyBatchNorm2d } from './batch-norm.js';
export { ModuleDict, ModuleList, Sequential } from './containers.js';
export { Conv2d, type Conv2dOptions, LazyConv2d } from './conv.js';
export {
  ConvTranspose2d,
  type ConvTranspose2dForwardOptions,
  type ConvTranspose2dOptions,
  LazyConvTranspose2d,
} from './conv-transpose.js';
export { Dropout } from './dropout.js';
export { Flatten } from './flatten.js';
export type { NumberOrPair } from './functional/checks.js';
export * as functional from './functional/index.js';
export type { PaddingMode } from './functional/padding.js';
export * as init from './init.js';
export { Identity, LazyLinear, Linear, type LinearOptions } from './linear.js';
export { type AnyModule, Module } from './module.js';
export { LocalResponseNorm } from './normalization.js';
export { Buffer, Counter, Parameter } from './parameter.js';
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d, type MaxPool2dOptions } from './pooling.js';
export { forkRandom, manualSeed, Random } from './random.js';
export { type Initializer, State, type StateSpec, skipInit } from './state.js';
export { type LoadReport, matchStateDict } from './state-dict.js';
export { toTensors } from './to-tensors.js';
export type { TensorLayout, ToTensorsOptions } from './to-tensors-options.js';
