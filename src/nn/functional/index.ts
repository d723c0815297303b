// torch.nn.functional: stateless maths with PyTorch's semantics, on channels-last tensors. An op family per file.
export * from './activation.js';
export { type Conv2dFunctionOptions, conv2d } from './conv.js';
export { dropout } from './dropout.js';
export { flatten, unflatten } from './flatten.js';
export { type FoldOptions, fold, unfold } from './fold.js';
export { type InterpolateMode, type InterpolateOptions, interpolate } from './interpolate.js';
export { linear } from './linear.js';
export * from './normalization.js';
export { type ImagePadding, type PadMode, type PadOptions, pad } from './pad.js';
export {
  type AvgPoolOptions,
  adaptiveAvgPool2d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool2d,
  type OutputSize,
  type PoolOptions,
} from './pooling.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './shuffle.js';
