// torch.optim.lr_scheduler.
export { ConstantLR, type ConstantLROptions } from './constant-lr.js';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './cosine-annealing-lr.js';
export { ExponentialLR } from './exponential-lr.js';
export { LambdaLR, type LRLambda } from './lambda-lr.js';
export { LinearLR, type LinearLROptions } from './linear-lr.js';
export { LRScheduler, type LRSchedulerOptions } from './lr-scheduler.js';
export { MultiStepLR } from './multi-step-lr.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.js';
export { Scheduler, type SchedulerStateDict } from './scheduler.js';
export { SequentialLR } from './sequential-lr.js';
export { StepLR, type StepLROptions } from './step-lr.js';
