/** What was measured over a whole pass: the mean loss, and each metric by its name. */
export interface Figures {
  readonly loss: number;
  readonly [metric: string]: number;
}

/** What one epoch came to: a line of the history. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** How many steps there have been since the training began. */
  readonly step: number;
  /** The rate of the first group of parameters, in this epoch's last step. */
  readonly lr: number;
  readonly train: Figures;
  /** There if the training has validation data. */
  readonly validation?: Figures;
  /** How long the epoch took, validation included; and what was done of it before an interruption. */
  readonly seconds: number;
}

/** What one step came to. */
export interface StepRecord {
  /** From 1, as people count. */
  readonly epoch: number;
  /** How many batches of the epoch are done. */
  readonly batch: number;
  /** How many it has, if that is known. */
  readonly batches: number | undefined;
  /** How many steps there have been since the training began. */
  readonly step: number;
  /** Examples in the batch. */
  readonly size: number;
  readonly loss: number;
  readonly lr: number;
}
