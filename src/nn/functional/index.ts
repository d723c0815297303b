// torch.nn.functional: stateless maths with PyTorch's semantics, on channels-last tensors. An op family per file.

export { adaptiveAvgPool2d, adaptiveMaxPool2d, type OutputSize } from './adaptive-pool.js';
export { type AvgPoolOptions, avgPool2d } from './avg-pool.js';
export { type Conv2dFunctionOptions, conv2d } from './conv.js';
export { type ConvTranspose2dFunctionOptions, convTranspose2d } from './conv-transpose.js';
export { alphaDropout, type DropoutOptions, dropout, dropout2d, featureAlphaDropout } from './dropout.js';
export { celu, elu, selu } from './exponential-units.js';
export { flatten, unflatten } from './flatten.js';
export { type FoldOptions, fold, unfold } from './fold.js';
export { glu } from './glu.js';
export {
  type HardtanhFunctionOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  relu6,
  softshrink,
  threshold,
} from './hard-activations.js';
export { type InterpolateMode, type InterpolateOptions, interpolate } from './interpolate.js';
export { linear } from './linear.js';
export { type LocalResponseNormOptions, localResponseNorm } from './local-response-norm.js';
export {
  type BCELossFunctionOptions,
  type BCEWithLogitsLossFunctionOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from './loss-binary.js';
export {
  type CrossEntropyLossFunctionOptions,
  crossEntropy,
  type NLLLossFunctionOptions,
  nllLoss,
} from './loss-class.js';
export { type KLDivLossOptions, klDiv } from './loss-divergence.js';
export type { KLDivReduction, LossOptions, Reduced, Reduction } from './loss-reduction.js';
export {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
  type WeightedLossOptions,
} from './loss-regression.js';
export { type LPPoolOptions, lpPool2d } from './lp-pool.js';
export { type MaxPoolIndices, type MaxPoolOptions, maxPool2d } from './max-pool.js';
export {
  type AffineOptions,
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  type InstanceNormOptions,
  instanceNorm,
  layerNorm,
} from './normalization.js';
export { type ImagePadding, type PadMode, type PadOptions, pad } from './pad.js';
export { leakyRelu, prelu, type RReLUFunctionOptions, relu, rrelu } from './rectifiers.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './shuffle.js';
export {
  type GELUApproximation,
  gelu,
  logsigmoid,
  mish,
  type SoftplusFunctionOptions,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from './smooth-activations.js';
export { logSoftmax, type SoftmaxOptions, softmax, softmin } from './softmax.js';
export type { PoolOptions } from './windows.js';
