import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import type { BatchSource } from '../../datasets/index.js';
import { type AnyModule, CrossEntropyLoss, type Parameter } from '../../nn/index.js';
import { Accuracy, type Metric } from '../metrics/index.js';
import { clipGradNorm, clipGradValue, type Gradients, type Optimizer } from '../optim/index.js';
import type { Scheduler } from '../schedulers/index.js';
import { type Batches, batchSource, freeBatch } from './batches.js';
import type { Callback } from './callback.js';
import type { CheckpointStore, TrainingState } from './checkpoint.js';
import { evaluate, type Loss } from './evaluate.js';
import { expectMonitored, isBest, isMonitor } from './monitor.js';
import type { EpochRecord, Figures } from './records.js';
import { Run } from './run.js';
import { takeTurns } from './take-turns.js';

export interface TrainerOptions {
  /** How many times the training data is gone through. */
  readonly maxEpochs: number;
  /** Makes the optimizer of the model's parameters, of some of them, or of groups with rates of their own. */
  readonly optimizer: (parameters: Parameter[], model: AnyModule) => Optimizer;
  /** Makes a schedule of the learning rate. */
  readonly scheduler?: ((optimizer: Optimizer) => Scheduler) | undefined;
  /** Behind what the schedule takes its step. Default: 'epoch'. */
  readonly schedulerInterval?: 'epoch' | 'step' | undefined;
  /** Default: `nn.CrossEntropyLoss`. */
  readonly loss?: Loss | undefined;
  /** Of training and of validation. Default: accuracy. */
  readonly metrics?: readonly Metric[] | undefined;
  /** The largest norm that the gradients together may have: see `clipGradNorm`. */
  readonly clipNorm?: number | undefined;
  /** The largest number that a gradient may have: see `clipGradValue`. */
  readonly clipValue?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** What keeps checkpoints, such as `training.runFolder(path)`. Default: nothing. */
  readonly checkpoints?: CheckpointStore | undefined;
  /** The figure whose best value marks the best epoch: 'validation.accuracy' … Default: the loss, of validation if there is one. */
  readonly monitor?: string | undefined;
  /** After how many steps a checkpoint is written, beside those behind each epoch. Default: 100. */
  readonly saveEvery?: number | undefined;
}

export interface FitOptions {
  /** Go on from the newest checkpoint, if there is one, or from a given one. */
  readonly resume?: boolean | TrainingState | undefined;
  /** Ends the training behind the step that it is in, and has it saved. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a model: epochs over batches, each a step of an optimizer, and validation behind each epoch.
 *
 * A training with `checkpoints` that was killed, or stopped by its signal, goes on with `resume: true` as if it had never stopped:
 * weights, optimizer, schedule, the order of the data, dropout and the epoch's sums are those of the checkpoint.
 *
 * Memory: batches are freed when their step is done. The model stays yours.
 *
 * Differs from the book's Trainer: the optimizer is given here, for a model has no `configure_optimizers`.
 *
 * @throws ZooError for options that it cannot use
 * @example
 * ```ts
 * const model = await createModel('lenet', { numClasses: 10 });
 * const train = new datasets.DataLoader(await datasets.FashionMNIST.load({ train: true }), { batchSize: 128, shuffle: true });
 * const trainer = new training.Trainer({
 *   maxEpochs: 1,
 *   optimizer: (parameters) => new training.SGD(parameters, { lr: 0.1 }),
 * });
 * const history = await trainer.fit(model, train);
 * console.log(history[0]!.train.loss);
 * ```
 * @see https://d2l.ai/chapter_linear-regression/oo-design.html
 */
export class Trainer {
  readonly options: TrainerOptions;

  constructor(options: TrainerOptions) {
    expectOptions(options);
    this.options = options;
  }

  /**
   * Trains until `maxEpochs` are done, or a callback stops it.
   *
   * A lazy model gets its sizes from the first batch. Modules that are to stay in evaluation mode are put there by a callback's `onStart`.
   * @returns what each epoch came to, of those before a resumption too
   * @throws ZooError if a loss is not finite, if there are no batches, or if a checkpoint does not fit
   * @throws the signal's reason if it aborts; the training is saved first
   */
  async fit(
    model: AnyModule,
    train: Batches,
    validation?: Batches,
    { resume = false, signal }: FitOptions = {},
  ): Promise<readonly EpochRecord[]> {
    const { checkpoints, monitor, metrics = [new Accuracy()] } = this.options;
    const source = batchSource('Trainer.fit', train);
    const other = validation && batchSource('Trainer.fit', validation);
    expectMonitored(monitor, metrics, other !== undefined);
    if (resume === false) await expectEmpty(checkpoints);
    await completeLazy(model, source);
    model.train();
    const run = this.#start(model, source);
    try {
      const state = resume === true ? await checkpoints?.load() : resume || undefined;
      if (state) run.restore(state);
      await this.#epochs(run, other, signal);
      return run.history;
    } finally {
      run.dispose();
    }
  }

  async #epochs(run: Run, validation: BatchSource | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { callbacks = [], checkpoints, maxEpochs } = this.options;
    try {
      for (const callback of callbacks) await callback.onStart?.(run);
      while (run.epoch < maxEpochs && run.stopReason === undefined) await this.#epoch(run, validation, signal);
    } catch (error) {
      // Behind any other error, a step may be half done.
      if (signal?.aborted && error === signal.reason) await checkpoints?.save(await run.state());
      throw error;
    } finally {
      for (const callback of callbacks) await callback.onEnd?.(run);
    }
  }

  #start(model: AnyModule, source: BatchSource): Run {
    const { optimizer: makeOptimizer, scheduler, schedulerInterval = 'epoch', maxEpochs } = this.options;
    const { loss = new CrossEntropyLoss(), metrics = [new Accuracy()], clipNorm, clipValue } = this.options;
    const optimizer = makeOptimizer([...model.parameters()], model);
    const clip = (gradients: Gradients) => {
      const limited = clipValue === undefined ? gradients : clipGradValue(gradients, clipValue);
      return clipNorm === undefined ? limited : clipGradNorm(limited, clipNorm).grads;
    };
    return new Run({
      ...{ model, source, optimizer, loss, metrics, clip, maxEpochs, schedulerInterval },
      scheduler: scheduler?.(optimizer),
    });
  }

  /** The rest of an epoch, from the batch on that its run has come to. */
  async #epoch(run: Run, validation: BatchSource | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { callbacks = [], checkpoints, saveEvery = 100, monitor } = this.options;
    const { source } = run;
    for await (const batch of source.epoch(run.epoch, { from: run.batch })) {
      const record = await run.train(batch, source.length).finally(() => freeBatch(batch));
      for (const callback of callbacks) await callback.onStep?.(record, run);
      await takeTurns();
      signal?.throwIfAborted();
      if (run.step % saveEvery === 0) await checkpoints?.save(await run.state());
    }
    if (run.batch === 0) throw new ZooError('Trainer.fit: expected at least one batch, got none. Check the data.');
    const record = await run.endEpoch(validation && (() => this.#validate(run, validation, signal)));
    if (checkpoints && isBest(run.history, monitor)) await checkpoints.saveBest(await run.model.stateDict(), record);
    for (const callback of callbacks) await callback.onEpochEnd?.(record, run);
    await checkpoints?.save(await run.state());
    signal?.throwIfAborted();
  }

  #validate(run: Run, validation: BatchSource, signal: AbortSignal | undefined): Promise<Figures> {
    const { callbacks = [], loss, metrics } = this.options;
    const onStep = async (batch: number, batches: number | undefined) => {
      for (const callback of callbacks) await callback.onValidationStep?.(batch, batches, run);
    };
    return evaluate(run.model, validation, { loss, metrics, onStep, signal });
  }
}

/** @throws ZooError if a training that was not asked for would be overwritten */
async function expectEmpty(checkpoints: CheckpointStore | undefined): Promise<void> {
  if (!checkpoints || (await checkpoints.isEmpty())) return;
  throw new ZooError(
    `Trainer.fit: expected no training in ${checkpoints.label}, got one. Pass resume: true to go on with it, or choose another place.`,
  );
}

/** Has a lazy model see a batch, in a way that leaves everything else as it is. */
async function completeLazy(model: AnyModule, source: BatchSource): Promise<void> {
  if (![...model.namedStates().values()].some((state) => state.isLazy)) return;
  model.eval();
  for await (const batch of source.epoch(0)) {
    try {
      tf.tidy(() => void model.forward(batch.inputs));
    } finally {
      freeBatch(batch);
    }
    return;
  }
}

function expectOptions({ maxEpochs, optimizer, saveEvery, monitor, clipNorm, clipValue }: TrainerOptions): void {
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) > 0;
  const isPositive = (value: unknown) => typeof value === 'number' && value > 0;
  const problems = [
    !isCount(maxEpochs) && `maxEpochs to be a positive integer, got ${maxEpochs}`,
    typeof optimizer !== 'function' && `optimizer to be a function of the parameters, got ${typeof optimizer}`,
    saveEvery !== undefined && !isCount(saveEvery) && `saveEvery to be a positive integer, got ${saveEvery}`,
    clipNorm !== undefined && !isPositive(clipNorm) && `clipNorm to be a positive number, got ${clipNorm}`,
    clipValue !== undefined && !isPositive(clipValue) && `clipValue to be a positive number, got ${clipValue}`,
    monitor !== undefined && !isMonitor(monitor) && `monitor such as 'validation.loss', got '${monitor}'`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  throw new ZooError(
    `Trainer: expected ${problems.join('; ')}. Write new Trainer({ maxEpochs: 10, optimizer: (parameters) => new SGD(parameters, { lr: 0.1 }) }).`,
  );
}
