import { ZooError } from '../../core/index.js';
import type { Callback } from './callback.js';
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
  return {
    onEpochEnd(record, training) {
      const best = bestOf(training.history, monitor, minDelta)!;
      if (record.epoch - best.epoch < patience) return;
      const name = monitor ?? 'the loss';
      training.stop(
        `${name} has not been better than ${figureOf(best, monitor)} of epoch ${best.epoch} for ${patience} epochs`,
      );
    },
  };
}
