// torch.nn.functional: stateless maths with PyTorch's semantics, on channels-last tensors. An op family per file.
export * from './activation.js';
export { adaptiveAvgPool2d, adaptiveMaxPool2d, type OutputSize } from './adaptive-pool.js';
export { type AvgPoolOptions, avgPool2d } from './avg-pool.js';
export { type Conv2dFunctionOptions, conv2d } from './conv.js';
export { alphaDropout, type DropoutOptions, dropout, dropout2d, featureAlphaDropout } from './dropout.js';
export { flatten } from './flatten.js';
export { linear } from './linear.js';
export * from './local-response-norm.js';
export { type LPPoolOptions, lpPool2d } from './lp-pool.js';
export { type MaxPoolOptions, maxPool2d } from './max-pool.js';
export * from './normalization.js';
export type { PoolOptions } from './windows.js';
