import type { Figure, Point } from './figure.js';
import { type FigureOptions, lineChart } from './line-chart.js';
import type { LineStyle } from './lines.js';

/** What is drawn of an epoch: the records of a `training.Trainer`, or lines of its history.jsonl. */
export interface EpochScores {
  readonly epoch: number;
  readonly train: { readonly loss: number };
  readonly validation?: { readonly [metric: string]: number };
}

/** The first four are those of the book's figures. */
const styles: readonly LineStyle[] = [
  { color: '#1f77b4' },
  { color: '#bf00bf', dash: [7, 5] },
  { color: '#008000', dash: [9, 5, 1, 5] },
  { color: '#d62728', dash: [1, 4] },
  { color: '#ff7f0e' },
  { color: '#8c564b', dash: [7, 5] },
];

/**
 * The figure that "Dive into Deep Learning" draws of a training: the loss, and the loss and metrics of the validation, by epoch.
 * Draw it with `toSVG` or `toPNG`.
 *
 * Numbers that are not finite are left out. What a validation did not measure in every epoch has a line through those in which it did.
 * @throws ZooError unless width and height are integers from 240 to 10000
 * @example
 * ```ts
 * const figure = visualize.curvesFigure([
 *   { epoch: 1, train: { loss: 1.1 }, validation: { loss: 0.6, accuracy: 0.79 } },
 *   { epoch: 2, train: { loss: 0.5 }, validation: { loss: 0.5, accuracy: 0.83 } },
 * ]);
 * const svg = visualize.toSVG(figure);
 * ```
 * @see https://d2l.ai/chapter_convolutional-modern/alexnet.html
 */
export function curvesFigure(history: readonly EpochScores[], options: FigureOptions = {}): Figure {
  const measured = new Set(history.flatMap(({ validation }) => Object.keys(validation ?? {})));
  const lines = [
    { name: 'train loss', points: history.map(({ epoch, train }): Point => [epoch, train.loss]) },
    ...[...measured].map((metric) => ({
      name: `validation ${metric}`,
      points: history.map(({ epoch, validation }): Point => [epoch, validation?.[metric] ?? Number.NaN]),
    })),
  ];
  const series = lines.map((line, index) => ({ ...line, style: styles[index % styles.length]! }));
  return lineChart(series, { xLabel: 'epoch', ...options });
}
