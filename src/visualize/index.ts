// Looking at models: what they are made of.
export { drawArchitecture } from './drawing/draw.js';
export type { DrawingOptions } from './drawing/options.js';
export * from './figure/index.js';
export * from './inside/index.js';
export { layerSummary } from './summary/layer-summary.js';
export { type MeasureOptions, measureSummary } from './summary/measure.js';
export type { AxisOrder } from './summary/order.js';
export { type ModelSummary, type SummaryOptions, type SummaryRow, summary } from './summary/summary.js';
export { summaryTable } from './summary/table.js';
export { type TorchsummaryOptions, torchsummary } from './summary/torchsummary.js';
export { type Column, textTable } from './text-table.js';
export * from './training/index.js';
