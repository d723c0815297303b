import { shapeText } from '../../nn/index.js';
import { type Column, textTable } from '../text-table.js';
import type { ModelSummary, SummaryRow } from './summary.js';

interface SummaryColumn extends Column {
  readonly cell: (row: SummaryRow) => string;
}

const columns: readonly SummaryColumn[] = [
  { title: 'Layer', cell: ({ name }) => name || '(itself)' },
  { title: 'Type', cell: ({ type }) => type },
  { title: 'Output shape', cell: ({ outputShape }) => (outputShape ? shapeText(outputShape) : '-') },
  { title: 'Parameters', align: 'right', cell: ({ parameters }) => countText(parameters) },
  { title: 'Trainable', cell: trainableText },
  { title: 'Multiply-adds', align: 'right', cell: ({ multiplyAdds }) => countText(multiplyAdds) },
  { title: 'Output bytes', align: 'right', cell: ({ activationBytes }) => countText(activationBytes) },
];

const time: SummaryColumn = {
  title: 'ms',
  align: 'right',
  cell: ({ milliseconds }) => milliseconds?.toFixed(3) ?? '-',
};

/** A summary as text: a table of the layers, and the totals. */
export function summaryTable(summary: ModelSummary): string {
  const { model, inputShape, rows, parameters, trainable, multiplyAdds, activationBytes } = summary;
  const { milliseconds, backend } = summary;
  const shown = milliseconds === undefined ? columns : [...columns, time];
  const footer = [
    `${model} of an input ${shapeText(inputShape)}`,
    `${thousands(parameters)} parameters, ${thousands(trainable)} of them trainable`,
    `${thousands(multiplyAdds)} multiply-adds, ${thousands(activationBytes)} bytes of outputs`,
    ...(milliseconds === undefined ? [] : [`${milliseconds.toFixed(3)} ms for a whole pass on ${backend}`]),
  ];
  return textTable(
    shown,
    rows.map((row) => shown.map(({ cell }) => cell(row))),
    footer,
  );
}

function trainableText({ parameters, trainable }: SummaryRow): string {
  if (parameters === 0) return '';
  if (trainable === 0) return 'no';
  return trainable === parameters ? 'yes' : 'partly';
}

function countText(value: number): string {
  return value > 0 ? thousands(value) : '-';
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
