import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import type { Batch } from '../../datasets/index.js';
import { type AnyModule, CrossEntropyLoss } from '../../nn/index.js';
import { Accuracy, type Metric } from '../metrics/index.js';
import { type Batches, batchSource, freeBatch } from './batches.js';
import type { Figures } from './records.js';
import { takeTurns } from './take-turns.js';
import { Tally } from './tally.js';

/** A loss of a model's outputs and the labels: a scalar. Those of `nn` are some. */
export interface Loss {
  forward(outputs: tf.Tensor, labels: tf.Tensor): tf.Tensor;
}

export interface EvaluateOptions {
  /** Default: `nn.CrossEntropyLoss`. */
  readonly loss?: Loss | undefined;
  /** Default: accuracy. */
  readonly metrics?: readonly Metric[] | undefined;
  /** Called when a batch is done, with how many are and, if that is known, of how many. */
  readonly onStep?: ((batch: number, batches: number | undefined) => unknown) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The mean loss of a model over data, and metrics, in evaluation mode and without gradients. The model is left in the mode that it had.
 *
 * @throws ZooError if there are no batches, ShapeError if the loss is no scalar
 * @example
 * ```ts
 * const model = await createModel('lenet', { pretrained: true });
 * const test = await datasets.FashionMNIST.load({ train: false });
 * const { loss, accuracy } = await training.evaluate(model, new datasets.DataLoader(test, { batchSize: 256 }));
 * console.log(loss.toFixed(3), accuracy);
 * ```
 */
export async function evaluate(model: AnyModule, batches: Batches, options: EvaluateOptions = {}): Promise<Figures> {
  const { loss = new CrossEntropyLoss(), metrics = [new Accuracy()], onStep, signal } = options;
  const source = batchSource('evaluate', batches);
  const tally = new Tally(metrics);
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  model.eval();
  let done = 0;
  try {
    for await (const batch of source.epoch(0)) {
      try {
        signal?.throwIfAborted();
        await measure(model, loss, batch, tally);
      } finally {
        freeBatch(batch);
      }
      done++;
      await onStep?.(done, source.length);
      await takeTurns();
    }
  } finally {
    // Parents come before what is in them, which may have been in another mode.
    for (const [module, mode] of modes) if (module.training !== mode) module.train(mode);
  }
  if (done === 0) throw new ZooError('evaluate: expected at least one batch, got none. Check the data.');
  return tally.figures();
}

async function measure(model: AnyModule, loss: Loss, { inputs, labels }: Batch, tally: Tally): Promise<void> {
  const [outputs, value] = tf.tidy(() => {
    const outputs: tf.Tensor = model.forward(inputs);
    return [outputs, loss.forward(outputs, labels)];
  });
  try {
    expectScalar(value);
    await tally.add((await value.data())[0]!, outputs, labels);
  } finally {
    tf.dispose([outputs, value]);
  }
}

function expectScalar(loss: tf.Tensor): void {
  if (loss.size === 1) return;
  throw new ShapeError(
    `evaluate: expected a loss that is a scalar, got shape [${loss.shape.join(', ')}]. Make the loss with its reduction 'mean'.`,
  );
}
