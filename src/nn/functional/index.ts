// torch.nn.functional: stateless maths with PyTorch's semantics, on channels-last tensors. An op family per file.
export * from './activation.js';
export { type Conv2dFunctionOptions, conv2d } from './conv.js';
export { dropout } from './dropout.js';
export { flatten } from './flatten.js';
export { linear } from './linear.js';
export * from './loss-binary.js';
export { type CrossEntropyFunctionOptions, crossEntropy, type NLLLossFunctionOptions, nllLoss } from './loss-class.js';
export { type KLDivLossOptions, klDiv } from './loss-divergence.js';
export type { KLDivReduction, LossOptions, Reduced, Reduction } from './loss-reduction.js';
export {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './loss-regression.js';
export * from './normalization.js';
export {
  type AvgPoolOptions,
  adaptiveAvgPool2d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool2d,
  type OutputSize,
  type PoolOptions,
} from './pooling.js';
