import type { RandomState, StateDict } from '../../core/index.js';
import type { EpochRecord } from './records.js';
import type { TallyState } from './tally.js';

/** All that a training needs to go on as if it had never stopped. */
export interface TrainingState {
  readonly model: StateDict;
  /** In PyTorch's form. */
  readonly optimizer: unknown;
  /** In PyTorch's form; null without a schedule. */
  readonly scheduler: unknown;
  /** How many epochs are done. */
  readonly epoch: number;
  /** How many batches of the next one are. */
  readonly batch: number;
  readonly step: number;
  readonly history: readonly EpochRecord[];
  /** The sums of the epoch that is not over. */
  readonly tally: TallyState;
  /** How many seconds that epoch has taken so far. */
  readonly seconds: number;
  /** Where the random numbers have come to that dropout draws. */
  readonly random: RandomState;
  /** What the order of the training data follows from; null where the source has none. */
  readonly seed: number | null;
}

/** Where a training keeps its checkpoints. `runFolder` is one for Node. */
export interface CheckpointStore {
  /** What it is, for messages: its path. */
  readonly label: string;
  /** Whether there is no checkpoint yet. */
  isEmpty(): Promise<boolean>;
  /** The newest whole checkpoint; undefined if there is none. */
  load(): Promise<TrainingState | undefined>;
  /** Keeps a checkpoint as the newest, whole or not at all. */
  save(state: TrainingState): Promise<void>;
  /** Keeps the weights of the best epoch so far, and what it came to. */
  saveBest(model: StateDict, record: EpochRecord): Promise<void>;
}
