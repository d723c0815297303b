import * as tf from '@tensorflow/tfjs-core';
import { randomState, setRandomState, ZooError } from '../../core/index.js';
import type { Batch, BatchSource } from '../../datasets/index.js';
import type { AnyModule } from '../../nn/index.js';
import type { Metric } from '../metrics/index.js';
import { type Gradients, type Optimizer, valueAndGrads } from '../optim/index.js';
import type { Scheduler } from '../schedulers/index.js';
import type { Training } from './callback.js';
import type { TrainingState } from './checkpoint.js';
import type { Loss } from './evaluate.js';
import type { EpochRecord, Figures, StepRecord } from './records.js';
import { noSums, Tally, type TallyState } from './tally.js';

/** What a run is made of. */
export interface RunParts {
  readonly model: AnyModule;
  readonly optimizer: Optimizer;
  readonly scheduler: Scheduler | undefined;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
  readonly schedulerInterval: 'epoch' | 'step';
  /** Makes new gradients, of the same or smaller size. */
  readonly clip: (gradients: Gradients) => Gradients;
  readonly maxEpochs: number;
  /** The training data, whose order a checkpoint keeps. */
  readonly source: BatchSource;
}

/** One training on its way: how far it has come, how it takes a step, and all of that as a checkpoint. */
export class Run implements Training {
  readonly model: AnyModule;
  readonly maxEpochs: number;
  /** How many epochs are done. */
  epoch = 0;
  /** How many batches of the next one are. */
  batch = 0;
  /** How many steps there have been. */
  step = 0;
  /** Why it ends before its time. */
  stopReason: string | undefined;
  readonly history: EpochRecord[] = [];
  readonly #parts: RunParts;
  #tally: Tally;
  /** The sums of the epoch's training, kept since validation uses the same metrics. */
  #trained: TallyState | undefined;
  #secondsBefore = 0;
  #since = performance.now();

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.model = parts.model;
    this.maxEpochs = parts.maxEpochs;
    this.#tally = new Tally(parts.metrics);
  }

  get source(): BatchSource {
    return this.#parts.source;
  }

  stop(reason: string): void {
    this.stopReason ??= reason;
  }

  /** The rate of the first group of parameters. */
  get lr(): number {
    return this.#parts.optimizer.paramGroups[0]!.lr;
  }

  /** How long the epoch has taken so far, before an interruption too. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#since) / 1000;
  }

  /**
   * One step of gradient descent.
   * @param batches how many the epoch has, if that is known
   * @throws ZooError if the loss is not finite; the weights are then those of before
   */
  async train({ inputs, labels }: Batch, batches: number | undefined): Promise<StepRecord> {
    const { model, loss, optimizer, clip, scheduler, schedulerInterval } = this.#parts;
    const tensors: tf.Tensor[] = [];
    try {
      const { value, grads } = valueAndGrads(model, () => {
        const outputs = tf.keep(model.forward(inputs) as tf.Tensor);
        tensors.push(outputs);
        return loss.forward(outputs, labels);
      });
      tensors.push(value, ...grads.values());
      const record: StepRecord = {
        epoch: this.epoch + 1,
        batch: this.batch + 1,
        batches,
        step: this.step + 1,
        size: inputs.shape[0] ?? 1,
        loss: (await value.data())[0]!,
        lr: this.lr,
      };
      // Before anything is changed: metrics refuse labels that are no classes, of which a loss can only make NaN.
      if (this.batch === 0) this.#begin();
      await this.#tally.add(record.loss, tensors[0]!, labels);
      expectFinite(record);
      tf.tidy(() => optimizer.step(clip(grads)));
      if (schedulerInterval === 'step') scheduler?.step(record.loss);
      this.batch++;
      this.step++;
      return record;
    } finally {
      tf.dispose(tensors);
    }
  }

  /**
   * Ends an epoch whose batches are done.
   * @param validate measures the model on other data, if there are any
   */
  async endEpoch(validate: (() => Promise<Figures>) | undefined): Promise<EpochRecord> {
    const { scheduler, schedulerInterval } = this.#parts;
    const train = this.#tally.figures();
    this.#trained = this.#tally.state();
    const lr = this.lr;
    const validation = await validate?.();
    if (schedulerInterval === 'epoch') scheduler?.step((validation ?? train).loss);
    const { step, seconds } = this;
    const record = { epoch: this.epoch + 1, step, lr, train, ...(validation && { validation }), seconds };
    this.history.push(record);
    this.epoch++;
    this.batch = 0;
    this.#secondsBefore = 0;
    this.#since = performance.now();
    return record;
  }

  async state(): Promise<TrainingState> {
    const { model, optimizer, scheduler, source } = this.#parts;
    const { epoch, batch, step, seconds, history } = this;
    // What does not lie on the backend is of this moment, as what does; the rest arrives later.
    const random = randomState();
    const tally = this.batch === 0 ? noSums : (this.#trained ?? this.#tally.state());
    return {
      model: await model.stateDict(),
      optimizer: await optimizer.stateDict(),
      scheduler: scheduler?.stateDict() ?? null,
      ...{ epoch, batch, step, seconds, history: [...history], tally, random, seed: source.seed ?? null },
    };
  }

  /**
   * Goes on from there.
   * @throws StateDictError if the model is another; ZooError if the optimizer or the schedule is
   */
  restore(state: TrainingState): void {
    const { model, optimizer, scheduler, source } = this.#parts;
    expectSchedule(scheduler, state);
    model.loadStateDict(state.model);
    optimizer.loadStateDict(state.optimizer as never);
    if (state.scheduler !== null) scheduler?.loadStateDict(state.scheduler as never);
    this.epoch = state.epoch;
    this.batch = state.batch;
    this.step = state.step;
    this.history.push(...state.history);
    this.#tally.restore(state.tally);
    this.#secondsBefore = state.seconds;
    this.#since = performance.now();
    if (state.seed !== null) source.seed = state.seed;
    setRandomState(state.random);
  }

  /** Begins the sums of an epoch. Those of the one before, such as a confusion matrix, can be looked at until then. */
  #begin(): void {
    this.#tally = new Tally(this.#parts.metrics);
    this.#trained = undefined;
  }

  dispose(): void {
    this.#parts.optimizer.dispose();
  }
}

function expectFinite({ loss, epoch, batch, batches, lr }: StepRecord): void {
  if (Number.isFinite(loss)) return;
  const of = batches === undefined ? '' : ` of ${batches}`;
  throw new ZooError(
    `Trainer: expected a finite loss, got ${loss} at epoch ${epoch}, batch ${batch}${of}, learning rate ${lr}. ` +
      'Lower the learning rate, clip the gradients, or look at the inputs and labels of that batch; the weights are those of before it.',
  );
}

function expectSchedule(scheduler: Scheduler | undefined, saved: TrainingState): void {
  const had = (saved.scheduler ?? null) !== null;
  if (had === (scheduler !== undefined)) return;
  const text = (has: boolean) => (has ? 'a schedule' : 'no schedule');
  throw new ZooError(
    `Trainer: expected ${text(had)}, as the training of the checkpoint (epoch ${saved.epoch}, batch ${saved.batch}) had, got ${text(!had)}. ` +
      'Give the options that it was begun with.',
  );
}
