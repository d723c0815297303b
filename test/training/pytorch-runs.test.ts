import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createModel, type models, training } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { formulaBatch, formulaStateDict } from '../support/formula-weights.js';

/** Twenty steps in PyTorch, made by make_runs.py. */
interface GoldenRun {
  readonly model: models.ModelName;
  readonly options: Readonly<Record<string, unknown>>;
  /** PyTorch's: [N, C, H, W] */
  readonly inputShape: readonly number[];
  readonly settings: { readonly lr: number; readonly momentum?: number; readonly weight_decay?: number };
  /** How many batches the steps go through again and again. */
  readonly batches: number;
  /** What is added to the formula's biases. */
  readonly bias: number;
  readonly losses: readonly number[];
}

const runs: GoldenRun[] = JSON.parse(readFileSync(new URL('../fixtures/training/runs.json', import.meta.url), 'utf8'));

describe('twenty steps from equal weights on equal batches', () => {
  forEachBackend((backend) => {
    for (const run of runs) {
      if (backend === 'cpu') continue; // minutes, in plain JavaScript
      it(`of ${run.model} have PyTorch's losses to 1e-4`, async function () {
        this.timeout(300_000);
        const { losses: want, settings } = run;
        const batches = Array.from({ length: run.batches }, (_, number) => batchOf(number, run.inputShape));
        const model = await modelOf(run, batches[0]!.inputs);
        const { lr, momentum = 0, weight_decay: weightDecay = 0 } = settings;
        const losses: number[] = [];
        const trainer = new training.Trainer({
          maxEpochs: want.length / batches.length,
          optimizer: (parameters) => new training.SGD(parameters, { lr, momentum, weightDecay }),
          callbacks: [{ onStep: ({ loss }) => void losses.push(loss) }],
        });
        await trainer.fit(model, batches);
        model.dispose();
        tf.dispose(batches.map(({ inputs, labels }) => [inputs, labels]));
        for (const [step, loss] of losses.entries()) {
          expect(loss, `step ${step + 1}`).to.be.closeTo(want[step]!, 1e-4 * want[step]!);
        }
        expect(losses).to.have.length(want.length);
      });
    }
  });
});

function batchOf(number: number, shape: readonly number[]) {
  const { images, labels } = formulaBatch(number, shape);
  const inputs = tf.tidy(() => tf.transpose(tf.tensor(images.data as Float32Array, [...shape]), [0, 2, 3, 1]));
  return { inputs, labels: tf.tensor1d(labels, 'int32') };
}

/** With the weights that make_runs.py fills in. */
async function modelOf({ model: name, options, bias }: GoldenRun, inputs: tf.Tensor) {
  const model = await createModel(name, options);
  if ([...model.parameters()].some((parameter) => parameter.isLazy)) model.eval().forward(inputs).dispose();
  const shapes = [...model.namedStates()].map(([entry, { expectedShape }]) => [entry, expectedShape] as const);
  const stateDict = formulaStateDict(shapes);
  for (const [entry, { shape, data }] of stateDict) {
    if (shape.length < 2) continue; // of a convolution or a linear layer
    const values = data as Float32Array;
    for (let i = 0; i < values.length; i++) values[i]! *= 0.625;
    const biases = stateDict.get(entry.replace(/weight$/, 'bias'))!.data as Float32Array;
    for (let i = 0; i < biases.length; i++) biases[i]! += bias;
  }
  model.loadStateDict(stateDict);
  return model;
}
