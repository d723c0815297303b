// What makes a model learn: torch.optim, its schedulers, and a trainer.

export * from './metrics/index.js';
export * from './optim/index.js';
export * from './schedulers/index.js';
