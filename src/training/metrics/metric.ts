import type * as tf from '@tensorflow/tfjs-core';

/** A figure of an epoch, gathered batch by batch. */
export interface Metric {
  /** Under which a training records it. */
  readonly name: string;
  /**
   * Takes in a batch. The tensors stay the caller's, who keeps them until the promise is fulfilled.
   * @param logits [N, classes], float32; probabilities do as well
   * @param labels int32 [N]
   */
  update(logits: tf.Tensor, labels: tf.Tensor): Promise<void>;
  /** The figure of all batches since `reset`; NaN if there were none. */
  compute(): number;
  reset(): void;
  /** What was gathered, as plain numbers, for a training that is resumed in the middle of an epoch. */
  state(): readonly number[];
  /** Goes on from what `state` gave. */
  restore(state: readonly number[]): void;
}
