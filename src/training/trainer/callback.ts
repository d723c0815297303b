import type { AnyModule } from '../../nn/index.js';
import type { EpochRecord, StepRecord } from './records.js';

/** What a callback may know of a training, and do to it. */
export interface Training {
  readonly model: AnyModule;
  readonly maxEpochs: number;
  /** The epochs so far, those before a resumption too. */
  readonly history: readonly EpochRecord[];
  /** What `stop` was told first. */
  readonly stopReason: string | undefined;
  /** Ends the training behind this epoch. */
  stop(reason: string): void;
}

/**
 * Something that is to happen in the course of a training. All of it is optional; what is returned is waited for.
 *
 * @example
 * ```ts
 * const print: training.Callback = {
 *   onEpochEnd: ({ epoch, train }) => console.log(epoch, train.loss),
 * };
 * ```
 */
export interface Callback {
  onStart?(training: Training): unknown;
  onStep?(record: StepRecord, training: Training): unknown;
  /** While validation runs: how many of its batches are done. */
  onValidationStep?(batch: number, batches: number | undefined, training: Training): unknown;
  onEpochEnd?(record: EpochRecord, training: Training): unknown;
  /** At the end, whatever brought it: also behind an error or an interruption. */
  onEnd?(training: Training): unknown;
}
