export type { Batches } from './batches.js';
export type { Callback, Training } from './callback.js';
export type { CheckpointStore, TrainingState } from './checkpoint.js';
export { type EarlyStoppingOptions, earlyStopping } from './early-stopping.js';
export { type EvaluateOptions, evaluate, type Loss } from './evaluate.js';
export type { EpochRecord, Figures, StepRecord } from './records.js';
export { runFolder } from './run-folder.js';
export type { TallyState } from './tally.js';
export { Trainer, type FitOptions, type TrainerOptions } from './trainer.js';
