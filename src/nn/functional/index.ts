// torch.nn.functional: stateless maths with PyTorch's semantics, on channels-last tensors. An op family per file.
export * from './activation.js';
export { type Conv2dFunctionOptions, conv2d } from './conv.js';
export { dropout } from './dropout.js';
export { flatten } from './flatten.js';
export { linear } from './linear.js';
export * from './local-response-norm.js';
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
