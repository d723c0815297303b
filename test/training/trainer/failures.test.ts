import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, nn, training } from 'tfjs-zoo';
import { bitsOf, failureOf, figuresOf, inFolder, smallNet, smallTrainer, stripeLoader, stripes } from './support.js';

/** Counts calls, and fails in that of a number. */
function failAt(number: number, what: string): () => void {
  let calls = 0;
  return () => {
    if (++calls === number) throw new Error(what);
  };
}

/** A layer that fails in its n-th pass. */
class Fragile extends nn.Module {
  readonly typeName = 'Fragile';
  readonly #fail: () => void;

  constructor(number: number) {
    super();
    this.#fail = failAt(number, 'model');
  }

  forward(x: tf.Tensor): tf.Tensor {
    this.#fail();
    return tf.clone(x);
  }
}

describe('a training that fails', () => {
  let tensors = 0;
  let model: nn.Sequential;

  beforeEach(async () => {
    await backends.use('wasm');
    tensors = tf.memory().numTensors;
    model = smallNet();
  });

  afterEach(() => {
    model.dispose();
    expect(tf.memory().numTensors, 'tensors left behind').to.equal(tensors);
  });

  const callback = (name: keyof training.Callback, number: number) => {
    const fail = failAt(number, name);
    return { callbacks: [{ [name]: fail }] };
  };
  const loss = new nn.CrossEntropyLoss();
  const failingLoss = (number: number) => {
    const fail = failAt(number, 'loss');
    return {
      loss: {
        forward(outputs: tf.Tensor, labels: tf.Tensor) {
          fail();
          return loss.forward(outputs, labels);
        },
      },
    };
  };
  const failingStore = (name: 'save' | 'saveBest', number: number): Partial<training.TrainerOptions> => {
    const fail = failAt(number, name);
    const store = { label: 'nowhere', isEmpty: async () => true, load: async () => undefined };
    const nothing = { save: async () => {}, saveBest: async () => {} };
    return { checkpoints: { ...store, ...nothing, [name]: async () => fail() }, saveEvery: 2 };
  };

  const failing = {
    onStart: (number: number) => callback('onStart', number),
    onStep: (number: number) => callback('onStep', number),
    onValidationStep: (number: number) => callback('onValidationStep', number),
    onEpochEnd: (number: number) => callback('onEpochEnd', number),
    onEnd: (number: number) => callback('onEnd', number),
    loss: failingLoss,
    save: (number: number) => failingStore('save', number),
    saveBest: (number: number) => failingStore('saveBest', number),
  };

  for (const [what, ...numbers] of [
    ['onStart', 1],
    ['onStep', 1, 6],
    ['onValidationStep', 2],
    ['onEpochEnd', 2],
    ['onEnd', 1],
    ['loss', 1, 4, 9], // the ninth is of validation
    ['save', 2],
    ['saveBest', 1],
  ] as const) {
    for (const number of numbers) {
      it(`in call ${number} of ${what} leaves no tensor behind`, async () => {
        const trainer = smallTrainer(failing[what](number));
        expect(await failureOf(() => trainer.fit(model, stripeLoader(), stripeLoader()))).to.equal(`Error: ${what}`);
      });
    }
  }

  for (const number of [1, 2, 4, 9]) {
    it(`in pass ${number} of a model leaves no tensor behind`, async () => {
      model.dispose();
      model = new nn.Sequential(new nn.LazyConv2d(3, 6), new Fragile(number), new nn.Flatten());
      expect(await failureOf(() => smallTrainer().fit(model, stripeLoader(), stripeLoader()))).to.equal('Error: model');
    });
  }

  for (const index of [0, 14, 25]) {
    it(`in example ${index} of the data leaves no tensor behind`, async () => {
      const samples = stripes(26);
      const dataset: datasets.Dataset = {
        length: 26,
        get(i) {
          if (i === index) throw new Error('data');
          return samples[i]!;
        },
      };
      const loader = new datasets.DataLoader(dataset, { batchSize: 4 });
      expect(await failureOf(() => smallTrainer().fit(model, loader))).to.equal('Error: data');
      expect(await failureOf(() => smallTrainer().fit(model, stripeLoader(), loader))).to.equal('Error: data');
    });
  }

  it('calls onEnd whatever failed', async () => {
    const calls: string[] = [];
    const callbacks: training.Callback[] = [
      { onEnd: () => void calls.push('end') },
      {
        onStart() {
          throw new Error('start');
        },
      },
    ];
    expect(await failureOf(() => smallTrainer({ callbacks }).fit(model, stripeLoader()))).to.equal('Error: start');
    expect(calls).to.deep.equal(['end']);
  });

  describe('before anything has changed', () => {
    const refusal = async (
      train: training.Batches,
      {
        validation,
        resume,
        ...options
      }: Partial<training.TrainerOptions> & { validation?: training.Batches } & training.FitOptions = {},
    ) => {
      tf.tidy(() => void model.forward(tf.zeros([1, 6, 6, 1])));
      const values = async () => (await bitsOf(model)).replace(/"1\.\w+",\[.*?\]/g, ''); // a step's forward pass moves BatchNorm's
      const before = await values();
      const error = await failureOf(() => smallTrainer(options).fit(model, train, validation, { resume }));
      expect(await values()).to.equal(before);
      return error;
    };

    it('says which labels are beyond the classes', async () => {
      const samples = stripes(8).map((sample, i) => (i === 2 ? { ...sample, label: 3 } : sample));
      expect(await refusal(new datasets.DataLoader(samples, { batchSize: 4 }))).to.equal(
        'ShapeError: accuracy: expected labels from 0 to 2, got 3 at position 2. Give the model an output for each class.',
      );
    });

    it('names labels among the reasons where there are no metrics', async () => {
      const samples = stripes(8).map((sample) => ({ ...sample, label: 7 }));
      expect(await refusal(new datasets.DataLoader(samples, { batchSize: 4 }), { metrics: [] })).to.match(
        /^ZooError: Trainer: expected a finite loss, got NaN at epoch 1, batch 1 of 2, .* look at the inputs and labels of that batch/,
      );
    });

    it('says that images have another shape than the model takes', async () => {
      const images = stripes(8).map(({ label }) => ({ input: tf.zeros([6, 6, 3]), label }));
      expect(await refusal(new datasets.DataLoader(images, { batchSize: 4 }))).to.match(
        /^ShapeError: Conv2d: expected 1 input channels? .* got shape \[4, 6, 6, 3\]/,
      );
      tf.dispose(images.map(({ input }) => input));
    });

    it('says that all is frozen', async () => {
      model.requiresGrad(false);
      expect(await refusal(stripeLoader())).to.equal(
        'ZooError: valueAndGrads: expected a model with parameters that require a gradient, got 6 parameters, none of which does. Unfreeze some with requiresGrad(true).',
      );
    });

    it('says that there are no batches', async () => {
      expect(await refusal([])).to.equal(
        'ZooError: Trainer.fit: expected at least one batch, got none. Check the data.',
      );
    });

    it('says that the data are none', async () => {
      expect(await refusal(5 as never)).to.match(
        /^ZooError: Trainer\.fit: expected batches as a DataLoader, .* got number\./,
      );
    });

    it('says that the figure of the best epoch will not be there', async () => {
      expect(await refusal(stripeLoader(), { monitor: 'validation.accuracy' })).to.equal(
        "ZooError: monitor: expected one of train.loss, train.accuracy, got 'validation.accuracy'. Choose one that the training has.",
      );
      expect(await refusal(stripeLoader(), { validation: stripeLoader(), monitor: 'validation.top5' })).to.equal(
        "ZooError: monitor: expected one of train.loss, train.accuracy, validation.loss, validation.accuracy, got 'validation.top5'. Choose one that the training has.",
      );
    });

    it('says that a checkpoint is of a training with a schedule, or without', async () => {
      await inFolder(async (folder) => {
        const checkpoints = training.runFolder(folder);
        const other = smallNet();
        await smallTrainer({ maxEpochs: 1, checkpoints }).fit(other, stripeLoader());
        other.dispose();
        expect(await refusal(stripeLoader(), { checkpoints, scheduler: undefined, resume: true })).to.equal(
          'ZooError: Trainer: expected a schedule, as the training of the checkpoint (epoch 1, batch 0) had, got no schedule. Give the options that it was begun with.',
        );
      });
    });
  });

  it('does not save a step that is half done, though it is interrupted too', async () => {
    let saved = 0;
    const stop = new AbortController();
    const trainer = smallTrainer({
      checkpoints: {
        label: 'memory',
        isEmpty: async () => true,
        load: async () => undefined,
        save: async () => void saved++,
        saveBest: async () => {},
      },
      callbacks: [
        {
          onStep({ step }) {
            if (step < 3) return;
            stop.abort();
            throw new Error('in the middle');
          },
        },
      ],
    });
    expect(await failureOf(() => trainer.fit(model, stripeLoader(), undefined, { signal: stop.signal }))).to.equal(
      'Error: in the middle',
    );
    expect(saved).to.equal(0);
  });

  it('leaves metrics as the last pass filled them, to be looked at', async () => {
    const matrix = new training.ConfusionMatrix(3);
    const metrics = [new training.Accuracy(), matrix];
    const seen: number[] = [];
    const history = await smallTrainer({
      metrics,
      callbacks: [{ onEpochEnd: () => void seen.push(matrix.compute()) }],
    }).fit(model, stripeLoader(), stripeLoader({ shuffle: false }));
    expect(seen).to.deep.equal(history.map(({ validation }) => validation!.balancedAccuracy));
    expect(matrix.counts.flat().reduce((sum, count) => sum + count)).to.equal(26);
    expect(figuresOf(history)).to.have.length(3);
  });
});
