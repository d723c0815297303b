// What makes a model learn: torch.optim, its schedulers, and a trainer.
export * from './optim/index.js';
export * from './schedulers/index.js';
