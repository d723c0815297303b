// Looking at models: what they are made of.
export { drawArchitecture } from './drawing/draw.js';
export type { DrawingOptions } from './drawing/options.js';
export * from './figure/index.js';
export * from './inside/index.js';
export { type ModelSummary, type SummaryRow, summary, summaryTable } from './summary.js';
export { type Column, textTable } from './text-table.js';
