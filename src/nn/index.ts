// torch.nn on TensorFlow.js.
export {
  forkRandom,
  manualSeed,
  Random,
  ShapeError,
  type StateDict,
  StateDictError,
  UninitializedError,
  ZooError,
} from '../core/index.js';
export { BatchNorm1d, BatchNorm2d, LazyBatchNorm2d } from './batch-norm.js';
export { ModuleDict, ModuleList, Sequential } from './containers.js';
export { Conv2d, type Conv2dOptions, LazyConv2d } from './conv.js';
export {
  ConvTranspose2d,
  type ConvTranspose2dForwardOptions,
  type ConvTranspose2dOptions,
  LazyConvTranspose2d,
} from './conv-transpose.js';
export { AlphaDropout, Dropout, Dropout2d, FeatureAlphaDropout } from './dropout.js';
export { expectGradients } from './expect-gradients.js';
export { expectModel } from './expect-model.js';
export { CELU, type CELUOptions, ELU, type ELUOptions, SELU } from './exponential-units.js';
export { Flatten, Unflatten } from './flatten.js';
export { Fold, Unfold } from './fold.js';
export { kindOf, type NumberOrPair, shapeText } from './functional/checks.js';
export * as functional from './functional/index.js';
export type { PaddingMode } from './functional/padding.js';
export { GLU } from './glu.js';
export { guessPermutation, permutationsOf, type TensorShapes } from './guess-layout.js';
export {
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  type HardtanhOptions,
  ReLU6,
  Softshrink,
  Threshold,
} from './hard-activations.js';
export { inEvaluation } from './in-evaluation.js';
export * as init from './init/index.js';
export type { InplaceOptions } from './inplace.js';
export { InstanceNorm2d, LazyInstanceNorm2d } from './instance-norm.js';
export { permutationOf } from './layout.js';
export { Identity, LazyLinear, Linear, type LinearOptions } from './linear.js';
export { BCELoss, type BCELossOptions, BCEWithLogitsLoss, type BCEWithLogitsLossOptions } from './loss-binary.js';
export { CrossEntropyLoss, type CrossEntropyLossOptions, NLLLoss, type NLLLossOptions } from './loss-class.js';
export { KLDivLoss } from './loss-divergence.js';
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from './loss-regression.js';
export { type AnyModule, Module } from './module.js';
export type { NormOptions } from './norm-base.js';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  LocalResponseNorm,
} from './normalization.js';
export { expectOptions } from './options.js';
export { type Listener, moduleNamed, overhear } from './overhear.js';
export { CircularPad2d, ConstantPad2d, ReflectionPad2d, ReplicationPad2d, ZeroPad2d } from './padding.js';
export { Buffer, Counter, Parameter } from './parameter.js';
export {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool2d,
  LPPool2d,
  MaxPool2d,
} from './pooling.js';
export { LeakyReLU, type LeakyReLUOptions, PReLU, ReLU, RReLU, type RReLUOptions } from './rectifiers.js';
export { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './shuffle.js';
export {
  GELU,
  LogSigmoid,
  Mish,
  Sigmoid,
  SiLU,
  Softplus,
  type SoftplusOptions,
  Softsign,
  Tanh,
  Tanhshrink,
} from './smooth-activations.js';
export { LogSoftmax, Softmax, Softmax2d, Softmin } from './softmax.js';
export { type Initializer, State, type StateSpec, skipInit, TensorState } from './state.js';
export { type LoadReport, matchStateDict } from './state-dict.js';
export { toTensors } from './to-tensors.js';
export type { TensorLayout, ToTensorsOptions } from './to-tensors-options.js';
export {
  Upsample,
  type UpsampleOptions,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsamplingOptions,
} from './upsampling.js';
export type { WarmUpOptions, WarmUpProgress } from './warm-up.js';
