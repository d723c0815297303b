import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import {
  backends,
  createAlexNet,
  createClassifier,
  createModel,
  type HostTensor,
  manualSeed,
  type models,
  type StateDict,
  StateDictError,
} from 'tfjs-zoo';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { readGoldenModels } from '../support/golden-models.js';
import { read, toTensor } from '../support/golden-run.js';
import { rejection } from '../weights/support.js';

const channels = [4, 6, 8, 6, 4] as const;

/** Each model with options of its own, an input and the name of its head. */
const zoo = [
  ['alexnet', { channels }, [1, 63, 63, 3], 'classifier.6'],
  ['alexnet_d2l', { channels, init: 'xavier' }, [1, 96, 96, 3], 'net.20'],
  ['alexnet_bn', { channels }, [1, 227, 227, 3], 'fc3.0'],
  ['alexnet_paper', { channels }, [1, 227, 227, 3], 'classifier.6'],
  ['lenet', {}, [1, 28, 28, 1], 'fc3'],
  ['efficientnet_lite0', {}, [1, 32, 32, 3], 'classifier'],
] as const;

/** A model's state without weights of a file, all its layers complete. */
async function untrained(
  [name, own, inputShape]: (typeof zoo)[number],
  seed: number,
  numClasses: number,
): Promise<StateDict> {
  manualSeed(seed);
  using model = await createModel(name, { ...own, numClasses });
  tf.tidy(() => void model.eval().forward(tf.zeros([...inputShape])));
  return model.stateDict();
}

/** What takes a second for millions of values in chai. */
function expectBits(name: string, actual: HostTensor, expected: HostTensor): void {
  const bytes = ({ data }: HostTensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  expect(actual.shape, name).to.deep.equal(expected.shape);
  expect(bytes(actual).equals(bytes(expected)), `values of ${name}`).to.equal(true);
}

describe('a head of other classes than the weights', () => {
  let before = 0;
  beforeEach(async () => {
    await backends.use('wasm');
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(before));

  for (const entry of zoo) {
    it(`is an untrained ${entry[0]}'s of the same seed, and the rest is the checkpoint's, bit for bit`, async () => {
      const [name, own, , head] = entry;
      const weights = await untrained(entry, 1, 7);
      const fresh = await untrained(entry, 2, 3);
      const heads = [`${head}.weight`, `${head}.bias`];
      const reports: models.WeightsReport[] = [];
      manualSeed(2);
      using model = await createModel(name, {
        ...own,
        weights,
        numClasses: 3,
        onLoad: (report) => reports.push(report),
      });
      const state = await model.stateDict();
      expect([...state.keys()]).to.deep.equal([...weights.keys()]);
      for (const [path, tensor] of state) {
        expectBits(path, tensor, (heads.includes(path) ? fresh : weights).get(path)!);
      }
      const loaded = [...weights.keys()].filter((path) => !heads.includes(path));
      expect(reports).to.deep.equal([{ loaded, fresh: heads }]);
      expect([...model.parameters()].every(({ isFilled }) => isFilled)).to.equal(true);
    });
  }

  it('differs from seed to seed', async () => {
    const weights = await untrained(zoo[4], 1, 7);
    const biases: HostTensor[] = [];
    for (const seed of [1, 2, 1]) {
      manualSeed(seed);
      using model = await createModel('lenet', { weights, numClasses: 3 });
      biases.push((await model.stateDict()).get('fc3.bias')!);
    }
    expect(biases[0]).to.deep.equal(biases[2]);
    expect(biases[0]).not.to.deep.equal(biases[1]);
  });

  for (const [golden, head] of [
    ['torchvision, narrow, at the smallest size', 'classifier.6'],
    ['batchnorm', 'fc3.0'],
    ['lenet on 32x32 in colour', 'fc3'],
  ] as const) {
    it(`gives the logits of PyTorch when its values are set to PyTorch's: ${golden}`, async () => {
      const { model: name, options, entries, inputShape, logits } = readGoldenModels().find((g) => g.name === golden)!;
      const trained = formulaStateDict(entries);
      const weights = new Map(trained);
      for (const path of [`${head}.weight`, `${head}.bias`]) {
        const [, ...others] = trained.get(path)!.shape;
        const shape = [2, ...others];
        const size = shape.reduce((product, n) => product * n);
        weights.set(path, { dtype: 'float32', shape, data: new Float32Array(size).fill(9) });
      }
      using model = await createModel(name, { ...options, weights });
      const layer = [...model.namedModules()].find(([path]) => path === head)![1];
      layer.loadStateDict(
        new Map(['weight', 'bias'].map((state) => [state, trained.get(`${head}.${state}`)!] as const)),
      );
      const input = toTensor(activationToMemory(formulaImages(inputShape), 'batched'));
      const output = model.eval().forward(input);
      expectClose('logits', await read(output), { shape: logits!.shape, data: logits!.values });
      tf.dispose([input, output]);
    });
  }

  it('comes with the trained rest of a file too', async () => {
    const weights = await untrained(zoo[0], 1, 7);
    const file = await writeTorchCheckpoint(weights);
    using model = await createAlexNet({ weights: file, numClasses: 3 });
    const state = await model.stateDict();
    expectBits('classifier.4.weight', state.get('classifier.4.weight')!, weights.get('classifier.4.weight')!);
    expect(state.get('classifier.6.weight')!.shape).to.deep.equal([3, 4096]);
  });

  it('is loaded where the classes asked for are as many as the weights have', async () => {
    const weights = await untrained(zoo[4], 1, 7);
    const reports: models.WeightsReport[] = [];
    using model = await createModel('lenet', { weights, numClasses: 7, onLoad: (report) => reports.push(report) });
    expect(await model.stateDict()).to.deep.equal(weights);
    expect(reports).to.deep.equal([{ loaded: [...weights.keys()], fresh: [] }]);
  });

  it('excuses nothing else that does not fit', async () => {
    const weights = await untrained(zoo[4], 1, 7);
    const refused = async (changed: Iterable<readonly [string, HostTensor]>, options = {}) => {
      const onLoad = () => expect.fail('nothing was loaded');
      const error = await rejection(
        createModel('lenet', { weights: new Map(changed), numClasses: 3, onLoad, ...options }),
      );
      expect(error).to.be.instanceOf(StateDictError);
      const { missing, unexpected, mismatched } = error as StateDictError;
      return [missing, unexpected, mismatched.map(({ name }) => name)];
    };
    const zeros = (...shape: number[]): HostTensor => ({
      dtype: 'float32',
      shape,
      data: new Float32Array(shape.reduce((product, n) => product * n)),
    });
    expect(await refused(weights, { inChannels: 3 }), 'another layer').to.deep.equal([[], [], ['conv1.weight']]);
    expect(await refused([...weights, ['extra', zeros(1)]]), 'a name too much').to.deep.equal([[], ['extra'], []]);
    expect(await refused([...weights, ['fc3.weight', zeros(7, 80)]]), 'a head of other features').to.deep.equal([
      [],
      [],
      ['fc3.weight', 'fc3.bias'],
    ]);
    expect(await refused([...weights, ['fc3.bias', zeros(6)]]), 'a bias of yet other classes').to.deep.equal([
      [],
      [],
      ['fc3.weight', 'fc3.bias'],
    ]);
    const bodyOnly = [...weights].filter(([name]) => !name.startsWith('fc3'));
    expect(await refused(bodyOnly), 'no head').to.deep.equal([['fc3.weight', 'fc3.bias'], [], []]);
  });

  it('is freed with the rest when onLoad throws', async () => {
    const weights = await untrained(zoo[4], 1, 7);
    const onLoad = () => {
      throw new Error('not these');
    };
    expect((await rejection(createModel('lenet', { weights, numClasses: 3, onLoad }))).message).to.equal('not these');
  });

  it('has no names of classes but those that are given', async () => {
    const image = { width: 28, height: 28, data: new Uint8Array(28 * 28 * 3) };
    const weights = await untrained(zoo[4], 1, 7);
    const reports: models.WeightsReport[] = [];
    using plain = await createClassifier('lenet', { weights, numClasses: 3, onLoad: (report) => reports.push(report) });
    expect((await plain.classify(image)).map(({ label }) => label).sort()).to.deep.equal([
      'class 0',
      'class 1',
      'class 2',
    ]);
    expect(reports.map(({ fresh }) => fresh)).to.deep.equal([['fc3.weight', 'fc3.bias']]);
    using named = await createClassifier('lenet', { weights, numClasses: 2, categories: ['cat', 'dog'] });
    expect(named.categories).to.deep.equal(['cat', 'dog']);
    const alexnet = await untrained(zoo[0], 1, 7);
    using thousand = await createClassifier('alexnet', { weights: alexnet, numClasses: 1000 });
    expect(thousand.categories, "ImageNet's are not a fresh head's").to.equal(undefined);
  });
});
