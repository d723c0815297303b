import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import type { AnyModule } from '../../nn/index.js';
import { type Call, recordCalls } from './record.js';
import { checked, type ModelSummary, type SummaryOptions, summaryOf } from './summary.js';
import { inModes } from './watch.js';

/** Options of `measureSummary`. */
export interface MeasureOptions extends SummaryOptions {
  /** Of each layer, and of the whole model; the median counts. Default 5. */
  readonly runs?: number;
  /** Called as layers are measured. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run shorter than this says little: clocks of pages are coarse, and reading back from a GPU takes about as long. */
const leastMilliseconds = 2;
const mostRepeats = 50;

/**
 * A `summary` with the time that each layer takes on the backend of the moment, on its own, and a whole forward pass.
 *
 * Each is run once to warm up, for a GPU compiles and uploads then, and the median of `runs` is told, less what it takes to read back.
 * Short layers are repeated within a run. A module with modules inside has their time too; what a `Sequential` computes together, such as a
 * convolution and its ReLU, takes less in a whole pass than on its own. Let nothing else be computed meanwhile.
 *
 * Shape: as for `summary`.
 *
 * Units: milliseconds for the whole batch.
 * @throws ShapeError if the input does not fit the model
 * @throws ZooError if `runs` is no positive integer
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * console.log(visualize.summaryTable(await visualize.measureSummary(model, [1, 28, 28, 1])));
 * ```
 */
export async function measureSummary(
  model: AnyModule,
  inputShape: readonly number[],
  options: MeasureOptions = {},
): Promise<ModelSummary> {
  const who = 'visualize.measureSummary';
  const order = checked(who, model, inputShape, options, ['order', 'runs', 'onProgress', 'signal']);
  const { runs = 5, onProgress, signal } = options;
  if (!(Number.isInteger(runs) && runs >= 1)) {
    throw new ZooError(`${who}: expected runs to be a positive integer, got ${runs}. Leave it out for 5.`);
  }
  signal?.throwIfAborted();
  const inputs = new Map<Call, readonly unknown[]>();
  const image = tf.keep(tf.zeros([...inputShape]));
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  try {
    const calls = recordCalls(model, inputShape, (call, args) => inputs.set(call, args.map(copied)));
    const clock = { runs, waiting: await leastWait(image) };
    const times = new Map<Call, number>();
    for (const [call, args] of inputs) {
      onProgress?.({ done: times.size, total: inputs.size + 1 });
      times.set(call, await measure(() => evaluated(call.layer, () => call.layer.forward(...args)), clock));
      signal?.throwIfAborted();
    }
    model.eval(); // here, for a Sequential then prepares what it computes together
    const milliseconds = await measure(() => model.forward(image), clock);
    onProgress?.({ done: inputs.size + 1, total: inputs.size + 1 });
    const summary = summaryOf(model, inputShape, calls, order);
    const rows = summary.rows.map((row, i) => ({ ...row, milliseconds: times.get(calls[i]!) ?? null }));
    return { ...summary, rows, milliseconds, backend: tf.getBackend() };
  } finally {
    image.dispose();
    tf.dispose([...inputs.values()] as unknown as tf.TensorContainer);
    if (modes[0]![1]) model.train(); // here, for a Sequential then frees what it prepared
    for (const [module, training] of modes) module.training = training;
  }
}

interface Clock {
  readonly runs: number;
  /** Milliseconds that it takes to learn that all is computed. */
  readonly waiting: number;
}

/** Milliseconds of something that gives tensors. */
async function measure(compute: () => unknown, { runs, waiting }: Clock): Promise<number> {
  const run = async (repeats: number) => {
    let outputs: tf.Tensor[] = [];
    for (let i = 0; i < repeats; i++) {
      tf.dispose(outputs);
      outputs = tf.tidy(() => tf.tensor_util.getTensorsInContainer(compute() as tf.TensorContainer));
    }
    await finished(outputs);
    tf.dispose(outputs);
  };
  await run(1);
  const once = await timed(() => run(1));
  const repeats = Math.min(Math.ceil(leastMilliseconds / Math.max(once - waiting, 1e-3)), mostRepeats);
  const total = await medianOf(runs, () => run(repeats));
  return Math.max(total - waiting, 0) / repeats;
}

/** Resolves when the tensors are computed: a GPU works through its queue while the program goes on, until something is read. */
async function finished(tensors: readonly tf.Tensor[]): Promise<void> {
  const last = tensors.filter(({ size }) => size > 0).at(-1);
  if (!last) return;
  const one = tf.tidy(() => tf.slice(tf.reshape(last, [last.size]), 0, 1)); // reading all would take its time
  await one.data();
  one.dispose();
}

/** The shortest of some: a longer one, for whatever reason, would make layers out to be quicker than they are. */
async function leastWait(computed: tf.Tensor): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) least = Math.min(least, await timed(() => finished([computed])));
  return least;
}

async function medianOf(runs: number, run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push(await timed(run));
  times.sort((a, b) => a - b);
  const middle = Math.floor(runs / 2);
  return runs % 2 === 1 ? times[middle]! : (times[middle - 1]! + times[middle]!) / 2;
}

async function timed(run: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

function evaluated(layer: AnyModule, forward: () => unknown): unknown {
  return inModes(layer, () => false, forward);
}

/** An argument of a layer that outlives the pass in which it was given. */
function copied(value: unknown): unknown {
  if (value instanceof tf.Tensor) return tf.keep(tf.clone(value));
  return Array.isArray(value) ? value.map(copied) : value;
}
