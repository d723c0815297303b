// torch.nn on TensorFlow.js.
export { ShapeError, type StateDict, StateDictError, UninitializedError, ZooError } from '../core/index.js';
export { LogSoftmax, PReLU, ReLU, Softmax } from './activation.js';
export { BatchNorm1d, BatchNorm2d, type BatchNormOptions, LazyBatchNorm2d } from './batch-norm.js';
export { ModuleDict, ModuleList, Sequential } from './containers.js';
export { Conv2d, type Conv2dOptions, LazyConv2d } from './conv.js';
export { Dropout } from './dropout.js';
export { Flatten, Unflatten } from './flatten.js';
export { Fold, Unfold } from './fold.js';
export type { NumberOrPair } from './functional/checks.js';
export * as functional from './functional/index.js';
export type { PaddingMode } from './functional/padding.js';
export * as init from './init.js';
export { Identity, LazyLinear, Linear, type LinearOptions } from './linear.js';
export { type AnyModule, Module } from './module.js';
export { LocalResponseNorm } from './normalization.js';
export { CircularPad2d, ConstantPad2d, ReflectionPad2d, ReplicationPad2d, ZeroPad2d } from './padding.js';
export { Buffer, Counter, Parameter } from './parameter.js';
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d, type MaxPool2dOptions } from './pooling.js';
export { forkRandom, manualSeed, Random } from './random.js';
export { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './shuffle.js';
export { type Initializer, State, type StateSpec, skipInit } from './state.js';
export { type LoadReport, matchStateDict } from './state-dict.js';
export {
  Upsample,
  type UpsampleOptions,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsamplingOptions,
} from './upsampling.js';
