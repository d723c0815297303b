export { ConfusionMatrix, type ConfusionMatrixOptions } from './confusion-matrix.js';
export { Mean } from './mean.js';
export type { Metric } from './metric.js';
export { Accuracy, TopK } from './top-k.js';
