import { ZooError } from '../../core/index.js';
import type { Callback, Training } from './callback.js';
import { bestOf, figureOf, isMonitor } from './monitor.js';

export interface EarlyStoppingOptions {
  /** How many epochs may pass without a better one. Default: 3. */
  readonly patience?: number | undefined;
  /** What is looked at: 'validation.accuracy' … Default: the loss, of validation if there is one. A loss should fall, all else rise. */
  readonly monitor?: string | undefined;
  /** By how much it must be better to count. Default: 0. */
  readonly minDelta?: number | undefined;
}

/**
 * A callback that ends a training when it has not got better for some epochs.
 *
 * @throws ZooError for options that it cannot use
 * @example
 * ```ts
 * const stop = training.earlyStopping({ patience: 5, monitor: 'validation.accuracy' });
 * ```
 */
export function earlyStopping({ patience = 3, monitor, minDelta = 0 }: EarlyStoppingOptions = {}): Callback {
  if (
    !Number.isInteger(patience) ||
    patience < 1 ||
    !(minDelta >= 0) ||
    (monitor !== undefined && !isMonitor(monitor))
  ) {
    throw new ZooError(
      `earlyStopping: expected a positive integer as patience, minDelta of 0 or more and monitor such as 'validation.loss', got patience ` +
        `${patience}, minDelta ${minDelta}${monitor === undefined ? '' : `, monitor '${monitor}'`}. Correct what is wrong.`,
    );
  }
  const check = (training: Training) => {
    const best = bestOf(training.history, monitor, minDelta);
    if (!best) return;
    const figure = Number(figureOf(best, monitor).toPrecision(4));
    if (training.history.length - best.epoch < patience) return;
    training.stop(
      `no better ${monitor ?? 'loss'} than ${figure} of epoch ${best.epoch}, with a patience of ${patience}`,
    );
  };
  // One that is resumed may have stopped already.
  return { onStart: check, onEpochEnd: (_record, training) => check(training) };
}
