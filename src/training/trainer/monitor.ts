import { ZooError } from '../../core/index.js';
import type { Metric } from '../metrics/index.js';
import type { EpochRecord, Figures } from './records.js';

// A figure of the history is named by its path: 'validation.accuracy'.

export function isMonitor(monitor: string): boolean {
  return /^(train|validation)\.\S+$/.test(monitor);
}

type Passes = Pick<EpochRecord, 'train' | 'validation'>;

/**
 * A figure of an epoch; by default the loss, of validation if there is one.
 * @throws ZooError if there is none of that name
 */
export function figureOf({ train, validation }: Passes, monitor: string | undefined): number {
  const path = monitor ?? (validation ? 'validation.loss' : 'train.loss');
  const dot = path.indexOf('.');
  const figures = path.slice(0, dot) === 'train' ? train : validation;
  const figure = figures?.[path.slice(dot + 1)];
  if (figure !== undefined) return figure;
  const known = Object.entries({ train, ...(validation && { validation }) }).flatMap(([each, figures]) =>
    Object.keys(figures).map((figureName) => `${each}.${figureName}`),
  );
  throw new ZooError(
    `monitor: expected one of ${known.join(', ')}, got '${monitor}'. Choose one that the training has.`,
  );
}

/**
 * An epoch later might be hours later.
 * @throws ZooError unless a training with these metrics has the figure
 */
export function expectMonitored(monitor: string | undefined, metrics: readonly Metric[], hasValidation: boolean): void {
  const figures: Figures = { loss: 0, ...Object.fromEntries(metrics.map(({ name }) => [name, 0])) };
  figureOf({ train: figures, ...(hasValidation && { validation: figures }) }, monitor);
}

/** Whether a figure is better than another by more than a difference: a loss that is smaller, anything else that is larger. */
function isBetter(value: number, than: number, monitor: string | undefined, minDelta = 0): boolean {
  if (Number.isNaN(than)) return !Number.isNaN(value);
  const isLoss = monitor === undefined || monitor.endsWith('.loss');
  return isLoss ? value < than - minDelta : value > than + minDelta;
}

/** The epoch that a training has come farthest in; the first of equals. */
export function bestOf(history: readonly EpochRecord[], monitor?: string, minDelta = 0): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const record of history) {
    if (!best || isBetter(figureOf(record, monitor), figureOf(best, monitor), monitor, minDelta)) best = record;
  }
  return best;
}

/** Whether the last epoch is the best one. */
export function isBest(history: readonly EpochRecord[], monitor?: string): boolean {
  return history.length > 0 && bestOf(history, monitor) === history.at(-1);
}
