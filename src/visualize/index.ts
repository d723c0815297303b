// Looking at models: what they are made of.
export * from './figure/index.js';
export * from './inside/index.js';
export { type ModelSummary, type SummaryRow, summary, summaryTable } from './summary.js';
export { type Column, textTable } from './text-table.js';
