// Layers of timm, for models that carry its names. Where it pads, normalises or pools as PyTorch does not.
export { BatchNormAct2d } from './batch-norm-act.js';
export { Conv2dSame } from './conv-same.js';
export { SelectAdaptivePool2d } from './select-adaptive-pool.js';
