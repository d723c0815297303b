// Images and labels to learn from, and batches of them.
export type { Batch, BatchSource, Dataset, Sample } from './dataset.js';
