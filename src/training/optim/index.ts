// torch.optim, and the gradients that it takes.
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from './adam.js';
export { type ClipGradNormOptions, type ClippedGradients, clipGradNorm, clipGradValue } from './clip-grads.js';
export type { Gradients } from './gradients.js';
export { Optimizer } from './optimizer.js';
export type { ParamGroup, ParamGroupOptions, Params } from './param-groups.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export type { CommonOptions, OptimizerSpec, Settings } from './settings.js';
export { SGD, type SGDOptions } from './sgd.js';
export type { OptimizerStateDict, ParameterState, SavedGroup } from './state-dict.js';
export { valueAndGrads } from './value-and-grads.js';
