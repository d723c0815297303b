import type { EpochRecord } from './records.js';

// A figure of the history is named by its path: 'validation.accuracy'.

export function isMonitor(monitor: string): boolean {
  return /^(train|validation)\.\S+$/.test(monitor);
}

/** A figure of an epoch; NaN if there is none of that name. By default the loss, of validation if there is one. */
export function figureOf({ train, validation }: EpochRecord, monitor: string | undefined): number {
  const [pass, name] = monitor?.split('.') ?? [validation ? 'validation' : 'train', 'loss'];
  return (pass === 'train' ? train : validation)?.[name!] ?? Number.NaN;
}

/** Whether a figure is better than another by more than a difference: a loss that is smaller, anything else that is larger. */
export function isBetter(value: number, than: number, monitor: string | undefined, minDelta = 0): boolean {
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
