import type { AnyModule } from '../../nn/index.js';
import * as training from '../../training/index.js';
import { UsageError } from '../command.js';
import { nonNegative, type Settings } from './settings.js';

/** The optimizer that the settings name, with groups where some parameters have another rate. */
export function optimizerOf(settings: Settings, model: AnyModule): training.Optimizer {
  const { optimizer, lr, lrOf, momentum, weightDecay } = settings;
  const groups = training.paramGroups(
    model,
    Object.fromEntries([...lrOf].map(([prefix, rate]) => [prefix, { lr: rate }])),
  );
  const options = { lr, ...(weightDecay !== undefined && { weightDecay }) };
  const withMomentum = { ...options, ...(momentum !== undefined && { momentum }) };
  if (optimizer === 'sgd') return new training.SGD(groups, withMomentum);
  if (optimizer === 'rmsprop') return new training.RMSprop(groups, withMomentum);
  if (momentum !== undefined)
    throw new UsageError(`expected --momentum with sgd or rmsprop, got it with ${optimizer}.`);
  return optimizer === 'adam' ? new training.Adam(groups, options) : new training.AdamW(groups, options);
}

type MakeScheduler<Scheduler> = (optimizer: training.Optimizer) => Scheduler;

/** The schedule that the settings name, with the rate rising before it. Undefined if they name none. */
export function schedulerOf(
  { schedule, warmup }: Settings,
  epochs: number,
): MakeScheduler<training.Scheduler> | undefined {
  const [name, ...words] = schedule ?? [];
  const numbers = words.map((word) => nonNegative('schedule', word));
  if (name === 'plateau' && numbers.length === 2) {
    if (warmup > 0) throw new UsageError('expected --warmup without --schedule plateau, got both.');
    const [patience, factor] = numbers as [number, number];
    return (optimizer) => new training.ReduceLROnPlateau(optimizer, { patience, factor });
  }
  const fall = name === undefined ? undefined : falling(name, numbers, Math.max(1, epochs - warmup));
  if (warmup === 0) return fall;
  const rise = (optimizer: training.Optimizer) =>
    new training.LinearLR(optimizer, { startFactor: 1 / (warmup + 1), totalIters: warmup });
  if (!fall) return rise;
  return (optimizer) => new training.SequentialLR(optimizer, [rise(optimizer), fall(optimizer)], [warmup]);
}

function falling(name: string, numbers: readonly number[], epochs: number): MakeScheduler<training.LRScheduler> {
  const [first = 0, gamma = 0] = numbers;
  if (name === 'cosine' && numbers.length === 0)
    return (optimizer) => new training.CosineAnnealingLR(optimizer, epochs);
  if (name === 'exponential' && numbers.length === 1) {
    return (optimizer) => new training.ExponentialLR(optimizer, first);
  }
  if (name === 'step' && numbers.length === 2) return (optimizer) => new training.StepLR(optimizer, first, { gamma });
  throw new UsageError(
    `expected --schedule cosine, step:EVERY:FACTOR, exponential:FACTOR or plateau:PATIENCE:FACTOR, got '${[name, ...numbers].join(':')}'.`,
  );
}
