// What makes a model learn: torch.optim, its schedulers, and a trainer.

export * from './figure.js';
export { freeze, paramGroups } from './fine-tuning.js';
export * from './metrics/index.js';
export * from './optim/index.js';
export * from './schedulers/index.js';
export * from './trainer/index.js';
