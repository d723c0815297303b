import * as training from '../../training/index.js';
import { positiveInteger, UsageError } from '../command.js';
import { inRange, nonNegative, type Settings } from './settings.js';

type MakeScheduler<Scheduler> = (optimizer: training.Optimizer) => Scheduler;

/**
 * The schedule that the settings name, with the rate rising before it. Undefined if they name none.
 * @throws UsageError for one that does not exist
 */
export function schedulerOf({
  schedule,
  warmup,
  epochs,
}: Pick<Settings, 'schedule' | 'warmup' | 'epochs'>): MakeScheduler<training.Scheduler> | undefined {
  const [name, ...words] = schedule ?? [];
  if (name === 'plateau' && words.length === 2) {
    if (warmup > 0) throw new UsageError('expected --warmup without --schedule plateau, got both.');
    const patience = nonNegative('schedule', words[0]!);
    const factor = inRange('schedule', words[1]!, 'a factor below 1', (value) => value >= 0 && value < 1);
    return (optimizer) => new training.ReduceLROnPlateau(optimizer, { patience, factor });
  }
  const fall = name === undefined ? undefined : falling(name, words, Math.max(1, epochs - warmup));
  if (warmup === 0) return fall;
  const rise = (optimizer: training.Optimizer) =>
    new training.LinearLR(optimizer, { startFactor: 1 / (warmup + 1), totalIters: warmup });
  if (!fall) return rise;
  return (optimizer) => new training.SequentialLR(optimizer, [rise(optimizer), fall(optimizer)], [warmup]);
}

function falling(name: string, words: readonly string[], epochs: number): MakeScheduler<training.LRScheduler> {
  if (name === 'cosine' && words.length === 0) {
    return (optimizer) => new training.CosineAnnealingLR(optimizer, epochs);
  }
  if (name === 'exponential' && words.length === 1) {
    const gamma = nonNegative('schedule', words[0]!);
    return (optimizer) => new training.ExponentialLR(optimizer, gamma);
  }
  if (name === 'step' && words.length === 2) {
    const every = positiveInteger('schedule', words[0]!);
    const gamma = nonNegative('schedule', words[1]!);
    return (optimizer) => new training.StepLR(optimizer, every, { gamma });
  }
  throw new UsageError(
    `expected --schedule cosine, step:EVERY:FACTOR, exponential:FACTOR or plateau:PATIENCE:FACTOR, got '${[name, ...words].join(':')}'.`,
  );
}
