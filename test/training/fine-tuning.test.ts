import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, manualSeed, nn, training, ZooError } from 'tfjs-zoo';
import { readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { pythonWith } from '../support/tools.js';
import { inFolder, stripes } from './trainer/support.js';

const python = pythonWith('torch');

/** Features, and a head for so many classes: [N, 6, 6, 1] → [N, classes] */
function net(classes: number): nn.Sequential {
  manualSeed(classes);
  return new nn.Sequential([
    ['features', new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.MaxPool2d(2))], // [N, 2, 2, 4]
    ['flatten', new nn.Flatten()], // [N, 16]
    ['classifier', new nn.Sequential(new nn.Linear(16, 8), new nn.ReLU(), new nn.Linear(8, classes))],
  ]);
}

describe('fine-tuning', () => {
  let model: nn.Sequential;
  beforeEach(async () => {
    await backends.use('wasm');
    model = net(3);
  });
  afterEach(() => model.dispose());

  const namesOf = (parameters: Iterable<nn.Parameter>) => {
    const names = new Map([...model.namedParameters()].map(([name, parameter]) => [parameter, name]));
    return [...parameters].map((parameter) => names.get(parameter));
  };
  const trainable = () => namesOf([...model.parameters()].filter(({ requiresGrad }) => requiresGrad));

  describe('freeze', () => {
    it('freezes what lies under a name, and no other that begins so', () => {
      training.freeze(model, 'features', 'classifier.0.bias');
      expect(trainable()).to.deep.equal(['classifier.0.weight', 'classifier.2.weight', 'classifier.2.bias']);
      training.freeze(model);
      expect(trainable()).to.have.length(3);
    });

    it('refuses names that are not there, and freezes nothing then', () => {
      expect(() => training.freeze(model, 'feat', 'classifier.0', 'classifier.1')).to.throw(
        ZooError,
        "freeze: expected beginnings of parameters' names, whole between dots (features, classifier …), got 'feat', 'classifier.1'. See model.namedParameters().",
      );
      expect(trainable()).to.have.length(6);
    });
  });

  describe('paramGroups', () => {
    it('puts each parameter into the group of the longest name that fits, the others into the last', () => {
      const groups = training.paramGroups(model, {
        classifier: { lr: 0.1 },
        'classifier.2': { lr: 0.3, weightDecay: 0 },
        'classifier.2.bias': { lr: 0.5 },
      });
      expect(groups.map(({ params, ...options }) => [namesOf(params), options])).to.deep.equal([
        [['classifier.0.weight', 'classifier.0.bias'], { lr: 0.1 }],
        [['classifier.2.weight'], { lr: 0.3, weightDecay: 0 }],
        [['classifier.2.bias'], { lr: 0.5 }],
        [['features.0.weight', 'features.0.bias'], {}],
      ]);
    });

    it('has no group without parameters', () => {
      expect(training.paramGroups(model, {})).to.have.length(1);
      const all = training.paramGroups(model, { features: {}, classifier: {}, 'classifier.0': {}, 'classifier.2': {} });
      expect(all.map(({ params }) => params.length)).to.deep.equal([2, 2, 2]);
    });

    it('refuses names that are not there', () => {
      expect(() => training.paramGroups(model, { head: { lr: 1 }, features: {} })).to.throw(
        ZooError,
        "paramGroups: expected beginnings of parameters' names, whole between dots (features, classifier …), got 'head'. See model.namedParameters().",
      );
    });
  });

  it('takes the steps of PyTorch with frozen features, a new head and two rates (skipped without python3-torch)', async function () {
    if (!python) this.skip();
    this.timeout(120_000);
    await inFolder(async (folder) => {
      const old = net(5);
      const state = await old.stateDict();
      old.dispose();
      for (const [name, tensor] of await model.stateDict()) {
        if (name.startsWith('classifier.2')) state.set(name, tensor);
      }
      model.loadStateDict(state);
      const batches = [];
      for await (const each of new datasets.DataLoader(stripes(24), { batchSize: 24 })) batches.push(each);
      const [batch] = batches;
      const { inputs, labels } = batch!;
      const pixels = (await inputs.data()) as Float32Array; // with one channel NHWC lies as NCHW does
      await writeTorchCheckpoint(
        {
          model: state,
          inputs: { dtype: 'float32', shape: [24, 1, 6, 6], data: pixels },
          labels: { dtype: 'int32', shape: [24], data: (await labels.data()) as Int32Array },
          steps: 10,
        },
        join(folder, 'start.pth'),
      );
      execFileSync(python!, [fileURLToPath(new URL('fine_tune.py', import.meta.url)), folder]);

      training.freeze(model, 'features');
      const losses: number[] = [];
      await new training.Trainer({
        maxEpochs: 10,
        optimizer: () =>
          new training.SGD(training.paramGroups(model, { 'classifier.2': { lr: 0.3 } }), {
            lr: 0.03,
            momentum: 0.9,
            weightDecay: 0.01,
          }),
        callbacks: [{ onStep: ({ loss }) => void losses.push(loss) }],
      }).fit(model, [batch!]);
      const { stateDict, extra } = await readCheckpoint(join(folder, 'after.pth'), { readExtra: true });
      const theirs = (extra as { losses: number[] }).losses;
      expect(losses).to.have.length(10);
      losses.forEach((loss, i) => void expect(loss, `step ${i}`).to.be.closeTo(theirs[i]!, 1e-5));
      for (const [name, { data }] of await model.stateDict()) {
        const wanted = stateDict.get(name)!.data;
        data.forEach((value, i) => void expect(Number(value), name).to.be.closeTo(Number(wanted[i]), 1e-5));
      }
      expect(String((await model.stateDict()).get('features.0.weight')!.data)).to.equal(
        String(state.get('features.0.weight')!.data),
      );
      tf.dispose([inputs, labels]);
    });
  });
});
