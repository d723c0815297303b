// torch.nn on TensorFlow.js.
export { ShapeError, type StateDict, StateDictError, UninitializedError, ZooError } from '../core/index.js';
export { LogSoftmax, PReLU, ReLU, Softmax } from './activation.js';
export { BatchNorm1d, BatchNorm2d, LazyBatchNorm2d } from './batch-norm.js';
export { ModuleDict, ModuleList, Sequential } from './containers.js';
export { Conv2d, type Conv2dOptions, LazyConv2d } from './conv.js';
export { AlphaDropout, Dropout, Dropout2d, FeatureAlphaDropout } from './dropout.js';
export { Flatten } from './flatten.js';
export type { NumberOrPair } from './functional/checks.js';
export * as functional from './functional/index.js';
export type { PaddingMode } from './functional/padding.js';
export * as init from './init.js';
export { InstanceNorm2d, LazyInstanceNorm2d } from './instance-norm.js';
export { Identity, LazyLinear, Linear, type LinearOptions } from './linear.js';
export { type AnyModule, Module } from './module.js';
export type { NormOptions } from './norm-base.js';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  LocalResponseNorm,
} from './normalization.js';
export { Buffer, Counter, Parameter } from './parameter.js';
export {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool2d,
  LPPool2d,
  MaxPool2d,
  type MaxPool2dOptions,
  type MaxPoolIndices,
} from './pooling.js';
export { forkRandom, manualSeed, Random } from './random.js';
export { type Initializer, State, type StateSpec, skipInit } from './state.js';
export { type LoadReport, matchStateDict } from './state-dict.js';
