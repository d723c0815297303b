import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, type datasets, nn, training } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';
import { failureOf, smallNet, stripeLoader } from './support.js';

/** Logits as they are given, so that figures can be computed by hand. */
class Given extends nn.Module {
  readonly typeName = 'Given';

  forward(x: tf.Tensor): tf.Tensor {
    return tf.clone(x);
  }
}

function batch(logits: number[][], labels: number[]): datasets.Batch {
  return { inputs: tf.tensor2d(logits), labels: tf.tensor1d(labels, 'int32') };
}

function freeAll(batches: readonly datasets.Batch[]): void {
  tf.dispose(batches.map(({ inputs, labels }) => [inputs, labels]));
}

describe('evaluate', () => {
  forEachBackend(() => {
    it('gives the mean over examples, however they lie in batches', async () => {
      const ln = Math.log;
      const batches = [
        batch([[0, ln(3)]], [1]), // −ln ¾, right
        batch(
          [
            [ln(4), 0], // −ln ⅘, right
            [0, 0], // −ln ½, right: of equal ones the first counts
            [ln(9), 0], // −ln ⅒, wrong
          ],
          [0, 0, 1],
        ),
      ];
      const { loss, accuracy } = await training.evaluate(new Given(), batches);
      expect(loss).to.be.closeTo(-ln((3 / 4) * (4 / 5) * (1 / 2) * (1 / 10)) / 4, 1e-6);
      expect(accuracy).to.equal(3 / 4);
      freeAll(batches);
    });

    it('changes nothing of a model, of whose modes some may differ', async () => {
      const model = smallNet();
      tf.tidy(() => void model.forward(tf.zeros([1, 6, 6, 1])));
      model.train();
      model.at(1).eval(); // a frozen BatchNorm
      const modes = () => [...model.modules()].map(({ training: mode }) => mode);
      const before = modes();
      const values = async () =>
        JSON.stringify([...(await model.stateDict()).values()].map(({ data }) => String(data)));
      const state = await values();
      await training.evaluate(model, stripeLoader());
      expect(modes()).to.deep.equal(before);
      expect(await values()).to.equal(state);
      model.dispose();
    });
  });

  describe('on wasm', () => {
    let tensors = 0;
    beforeEach(async () => {
      await backends.use('wasm');
      tensors = tf.memory().numTensors;
    });
    afterEach(() => expect(tf.memory().numTensors, 'tensors left behind').to.equal(tensors));

    it('takes the loss and the metrics that it is given, and says how far it is', async () => {
      const batches = [batch([[1, 2, 3]], [1]), batch([[4, 0, 0]], [2])];
      const steps: unknown[] = [];
      const figures = await training.evaluate(new Given(), batches, {
        loss: { forward: (outputs) => tf.mean(outputs) },
        metrics: [new training.TopK(2), new training.ConfusionMatrix(3)],
        onStep: (...step) => steps.push(step),
      });
      expect(figures.loss).to.be.closeTo((2 + 4 / 3) / 2, 1e-6);
      expect(figures).to.include({ top2: 0.5, balancedAccuracy: 0 });
      expect(steps).to.deep.equal([
        [1, 2],
        [2, 2],
      ]);
      freeAll(batches);
    });

    it('refuses data without batches', async () => {
      expect(await failureOf(() => training.evaluate(new Given(), []))).to.equal(
        'ZooError: evaluate: expected at least one batch, got none. Check the data.',
      );
    });

    it('refuses what is no data', async () => {
      expect(await failureOf(() => training.evaluate(new Given(), null as never))).to.equal(
        'ZooError: evaluate: expected batches as a DataLoader, an array of { inputs, labels }, or a function that gives an iterable of them, got null. Make a datasets.DataLoader of your examples.',
      );
    });

    it('refuses a loss of each example, labels beyond the classes and an interruption, with the modes as they were', async () => {
      const model = new Given();
      const batches = [batch([[1, 2]], [0]), batch([[1, 2], [3, 4]], [0, 2])]; // biome-ignore format: a batch a line
      const fail = (options: training.EvaluateOptions) => failureOf(() => training.evaluate(model, batches, options));
      expect(await fail({ loss: new nn.CrossEntropyLoss({ reduction: 'none' }), metrics: [] })).to.equal(
        "ShapeError: evaluate: expected a loss that is a scalar, got shape [2]. Make the loss with its reduction 'mean'.",
      );
      expect(await fail({})).to.equal(
        'ShapeError: accuracy: expected labels from 0 to 1, got 2 at position 1. Give the model an output for each class.',
      );
      const stop = new AbortController();
      expect(await fail({ signal: stop.signal, onStep: () => stop.abort(new Error('enough')) })).to.equal(
        'Error: enough',
      );
      expect(model.training).to.equal(true);
      freeAll(batches);
    });
  });
});
