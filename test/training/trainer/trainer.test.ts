import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, nn, training, ZooError } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';
import { failureOf, figuresOf, smallNet, smallTrainer, stripeLoader, stripes } from './support.js';

describe('Trainer', () => {
  forEachBackend(() => {
    it('learns, and leaves no tensor behind', async () => {
      const model = smallNet();
      const trainer = smallTrainer({ maxEpochs: 8 });
      const history = await trainer.fit(model, stripeLoader(), stripeLoader({ shuffle: false }));
      expect(history.map(({ epoch, step }) => [epoch, step])).to.deep.equal(
        [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, 7 * n]),
      );
      expect(history[0]!.lr).to.equal(0.05);
      expect(history[2]!.lr).to.be.closeTo(0.05 * 0.49, 1e-12);
      const last = history.at(-1)!;
      expect(last.validation!.accuracy).to.equal(1);
      expect(last.train.loss).to.be.below(0.5 * history[0]!.train.loss);
      expect(model.training).to.equal(true);
      model.dispose();
    });
  });

  describe('on wasm', () => {
    before(() => backends.use('wasm'));

    it('takes the steps that one would write by hand', async () => {
      const samples = stripes(12);
      const build = () => {
        const model = smallNet();
        model.forward(tf.zeros([1, 6, 6, 1])).dispose();
        model.eval(); // no dropout, so that both see the same
        return model;
      };
      const byHand = build();
      const optimizer = new training.Adam(byHand.parameters(), { lr: 0.01 });
      const loss = new nn.CrossEntropyLoss();
      const losses: number[] = [];
      for (let epoch = 0; epoch < 2; epoch++) {
        for await (const { inputs, labels } of new datasets.DataLoader(samples, { batchSize: 6 })) {
          const { value, grads } = training.valueAndGrads(byHand, () => loss.forward(byHand.forward(inputs), labels));
          optimizer.step(grads);
          losses.push((await value.data())[0]!);
          tf.dispose([inputs, labels, value, ...grads.values()]);
        }
      }
      const model = build();
      const seen: training.StepRecord[] = [];
      const trainer = new training.Trainer({
        maxEpochs: 2,
        optimizer: (parameters) => new training.Adam(parameters, { lr: 0.01 }),
        callbacks: [
          {
            onStart: ({ model: started }) => void started.eval(),
            onStep: (record) => void seen.push(record),
          },
        ],
      });
      const history = await trainer.fit(model, new datasets.DataLoader(samples, { batchSize: 6 }));
      expect(seen).to.deep.equal(
        losses.map((value, i) => ({
          epoch: 1 + Math.floor(i / 2),
          batch: 1 + (i % 2),
          batches: 2,
          step: i + 1,
          size: 6,
          loss: value,
          lr: 0.01,
        })),
      );
      expect(history.map(({ train }) => train.loss)).to.deep.equal([
        (losses[0]! + losses[1]!) / 2,
        (losses[2]! + losses[3]!) / 2,
      ]);
      optimizer.dispose();
      tf.dispose([...byHand.parameters(), ...model.parameters()].map(({ value }) => value));
    });

    it('stops at a loss that is not finite, naming where, with the weights of before', async () => {
      const model = smallNet();
      const samples = stripes(26);
      const broken = tf.fill([6, 6, 1], Number.NaN);
      const loader = new datasets.DataLoader(
        samples.map((sample, i) =>
          i === 17 ? { ...sample, input: tf.clone(broken) } : { ...sample, input: tf.zeros([6, 6, 1]) },
        ),
        { batchSize: 4 },
      );
      const trainer = smallTrainer({ scheduler: undefined });
      expect(await failureOf(() => trainer.fit(model, loader))).to.equal(
        'ZooError: Trainer: expected a finite loss, got NaN at epoch 1, batch 5 of 7, learning rate 0.05. Lower the learning rate, ' +
          'clip the gradients, or look at the inputs and labels of that batch; the weights are those of before it.',
      );
      for (const parameter of model.parameters()) {
        expect((await parameter.value.data()).every((value) => Number.isFinite(value))).to.equal(true);
      }
    });

    it('clips gradients by their norm and by their values', async () => {
      const largest = async (options: Partial<training.TrainerOptions>) => {
        const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(36, 3));
        const before = await (model.at(1) as nn.Linear).weight.value.data();
        const trainer = new training.Trainer({
          maxEpochs: 1,
          optimizer: (parameters) => new training.SGD(parameters, { lr: 1 }),
          ...options,
        });
        await trainer.fit(model, new datasets.DataLoader(stripes(4), { batchSize: 4 }));
        const after = await (model.at(1) as nn.Linear).weight.value.data();
        const steps = Array.from(after, (value, i) => Math.abs(value - before[i]!));
        return { max: Math.max(...steps), norm: Math.hypot(...steps) };
      };
      expect((await largest({})).norm).to.be.above(0.1);
      expect((await largest({ clipNorm: 0.01 })).norm).to.be.within(0.009, 0.01001);
      expect((await largest({ clipValue: 0.002 })).max).to.be.closeTo(0.002, 1e-6);
    });

    it('steps its schedule behind each epoch or behind each step, and a plateau by what validation says', async () => {
      const rates = async (options: Partial<training.TrainerOptions>) => {
        const lrs: number[] = [];
        const model = smallNet();
        await smallTrainer({
          ...options,
          callbacks: [{ onStep: ({ lr }) => void lrs.push(Number(lr.toFixed(6))) }],
        }).fit(model, stripeLoader({ batchSize: 13 }), stripeLoader({ batchSize: 13 }));
        return lrs;
      };
      const halving = (optimizer: training.Optimizer) => new training.ExponentialLR(optimizer, 0.5);
      expect(await rates({ scheduler: halving })).to.deep.equal([0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125]);
      expect(await rates({ scheduler: halving, schedulerInterval: 'step' })).to.deep.equal([
        0.05, 0.025, 0.0125, 0.00625, 0.003125, 0.001563,
      ]);
      const plateau = (optimizer: training.Optimizer) =>
        new training.ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.1, threshold: 1e9, thresholdMode: 'abs' });
      expect(await rates({ scheduler: plateau })).to.deep.equal([0.05, 0.05, 0.05, 0.05, 0.005, 0.005]);
    });

    it('hears of what happens elsewhere, such as Ctrl-C, though it never waits', async () => {
      const batches: datasets.Batch[] = [];
      for await (const batch of stripeLoader()) batches.push(batch);
      const model = smallNet();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 20);
      const fit = () => smallTrainer({ maxEpochs: 300 }).fit(model, batches, undefined, { signal: stop.signal });
      expect(await failureOf(fit)).to.equal('AbortError: This operation was aborted');
      tf.dispose(batches.map(({ inputs, labels }) => [inputs, labels]));
    });

    it('calls back at every moment, in order', async () => {
      const calls: string[] = [];
      const log = (name: string) => () => void calls.push(name);
      const model = smallNet();
      await smallTrainer({
        maxEpochs: 1,
        callbacks: [
          {
            onStart: log('start'),
            onStep: log('step'),
            onValidationStep: log('validation'),
            onEpochEnd: log('epoch'),
            onEnd: log('end'),
          },
        ],
      }).fit(model, stripeLoader({ batchSize: 13 }), stripeLoader({ batchSize: 26 }));
      expect(calls).to.deep.equal(['start', 'step', 'step', 'validation', 'epoch', 'end']);
    });

    it('stops early when nothing gets better, and tells callbacks', async () => {
      const model = smallNet();
      const trainer = smallTrainer({
        maxEpochs: 50,
        optimizer: (parameters) => new training.SGD(parameters, { lr: 0 }),
        scheduler: undefined,
        callbacks: [training.earlyStopping({ patience: 2, monitor: 'validation.accuracy' })],
      });
      model.forward(tf.zeros([1, 6, 6, 1])).dispose();
      const history = await trainer.fit(model.eval(), stripeLoader(), stripeLoader({ shuffle: false }));
      expect(history.length).to.be.within(3, 8); // BatchNorm's statistics still move
    });

    it('takes arrays of batches, which it leaves alone, and functions that give iterables', async () => {
      const batches: datasets.Batch[] = [];
      for await (const batch of stripeLoader({ shuffle: false })) batches.push(batch);
      const fit = async (data: training.Batches) => {
        const model = smallNet();
        return figuresOf(await smallTrainer({ maxEpochs: 2 }).fit(model, data));
      };
      const fromLoader = await fit(stripeLoader({ shuffle: false }));
      expect(await fit(batches)).to.deep.equal(fromLoader);
      expect(batches.every(({ inputs }) => !inputs.isDisposed)).to.equal(true);
      const copies = () =>
        batches.map(({ inputs, labels }) => ({ inputs: tf.clone(inputs), labels: tf.clone(labels) }));
      expect(await fit(copies)).to.deep.equal(fromLoader);
      tf.dispose(batches.map(({ inputs, labels }) => [inputs, labels]));
    });

    it('holds no more tensors after a thousand steps than after ten', async () => {
      const model = smallNet();
      const counts: number[] = [];
      await smallTrainer({
        maxEpochs: 150,
        callbacks: [{ onStep: ({ step }) => void (step % 10 === 0 && counts.push(tf.memory().numTensors)) }],
      }).fit(model, stripeLoader());
      expect(counts.length).to.equal(105);
      expect(new Set(counts.slice(1)).size, `from ${counts[1]} to ${counts.at(-1)}`).to.be.below(4); // the last batch of an epoch is made ahead, or not
      expect(Math.max(...counts.slice(50)) - Math.max(...counts.slice(1, 50))).to.be.at.most(0);
    });
  });

  for (const [options, problem] of [
    [{ maxEpochs: 0 }, 'maxEpochs to be a positive integer, got 0'],
    [{ optimizer: undefined }, 'optimizer to be a function of the parameters, got undefined'],
    [{ saveEvery: 0.5 }, 'saveEvery to be a positive integer, got 0.5'],
    [
      { clipNorm: -1, monitor: 'loss' },
      "clipNorm to be a positive number, got -1; monitor such as 'validation.loss', got 'loss'",
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => smallTrainer(options as never)).to.throw(
        ZooError,
        `Trainer: expected ${problem}. Write new Trainer({ maxEpochs: 10, optimizer: (parameters) => new SGD(parameters, { lr: 0.1 }) }).`,
      );
    });
  }
});
