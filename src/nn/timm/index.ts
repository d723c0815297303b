// Layers of timm, PyTorch Image Models, for the models that carry its names.
export { BatchNormAct2d } from './batch-norm-act.js';
export { Conv2dSame } from './conv-same.js';
export { SelectAdaptivePool2d } from './select-adaptive-pool.js';
