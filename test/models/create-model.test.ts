import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, createAlexNet, createModel, listModels, models, nn, StateDictError, ZooError } from 'tfjs-zoo';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}

describe('createModel', () => {
  let before = 0;
  beforeEach(async () => {
    await backends.use('wasm');
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(before));

  it('builds every model of the zoo, without weights and without running an initialisation twice', async () => {
    const lenet = await createModel('lenet', { inputSize: 32, inChannels: 3, numClasses: 4 });
    const logits = lenet.eval().forward(tf.zeros([2, 32, 32, 3]));
    expect(logits.shape).to.deep.equal([2, 4]);
    tf.dispose(logits);
    lenet.dispose();
    before += 1; // the zeros above
  });

  it('reads classes, channels and image size of a LeNet from its weights', async () => {
    using source = await createModel('lenet', { inputSize: 36, inChannels: 3, numClasses: 7 });
    using model = await createModel('lenet', { weights: await source.stateDict() });
    expect(model.inputSize).to.equal(36);
    expect(String(model)).to.equal(String(source));
    expect(await model.stateDict()).to.deep.equal(await source.stateDict());
  });

  it('reads weights that do not match their CRC-32 with verify: false', async () => {
    using source = await createModel('lenet', { inputSize: 32 });
    const bytes = await writeTorchCheckpoint(await source.stateDict());
    // A byte of the first storage, which starts at a multiple of 64 behind its header's padding of Z.
    const place = Buffer.from(bytes).indexOf('archive/data/0');
    bytes[Math.ceil((place + 14) / 64) * 64]! ^= 1;
    expect((await rejection(createModel('lenet', { weights: bytes }))).message).to.match(
      /expected CRC-32 [0-9a-f]{8} of "archive\/data\/0"/,
    );
    using model = await createModel('lenet', { weights: bytes, verify: false });
    expect(model.inputSize).to.equal(32);
  });

  it('reads classes and widths of every AlexNet from its weights', async () => {
    const channels = [4, 6, 8, 6, 4] as const;
    const sources = [
      new models.AlexNet({ numClasses: 3, channels }),
      new models.AlexNetBatchNorm({ numClasses: 3, channels }),
      new models.AlexNetPaper({ numClasses: 3, channels }),
    ];
    const names = ['alexnet', 'alexnet_bn', 'alexnet_paper'] as const;
    for (const [i, source] of sources.entries()) {
      const model = await createModel(names[i]!, { weights: await source.stateDict() });
      expect(String(model)).to.equal(String(source));
      model.dispose();
      source.dispose();
    }
  });

  it('completes the lazy layers of the d2l AlexNet from weights', async () => {
    using source = new models.AlexNetD2l({ numClasses: 3, channels: [4, 6, 8, 6, 4] });
    tf.dispose(source.forward(tf.zeros([1, 96, 96, 2])));
    using model = await createAlexNet({ variant: 'd2l', weights: await source.stateDict() });
    expect(String(model)).to.equal(String(source));
    expect(await model.stateDict()).to.deep.equal(await source.stateDict());
    before += 1; // the zeros above
  });

  it('takes an option given over the size in the weights, and then tells what does not fit', async () => {
    using source = await createModel('lenet', { inputSize: 36 });
    const weights = await source.stateDict();
    const error = (await rejection(createModel('lenet', { weights, inputSize: 28 }))) as StateDictError;
    expect(error).to.be.instanceOf(StateDictError);
    expect(error.mismatched.map(({ name }) => name)).to.deep.equal(['fc1.weight']);
    expect(error.message).to.contain("createModel('lenet'): expected a state dict");
    expect(error.message).to.contain('fc1.weight (expected [120, 256], got [120, 576])');
    expect(error.message).to.contain('leave out sizes, which are then read from it.');
  });

  it('refuses weights of another architecture, whole, and leaves nothing behind', async () => {
    using source = await createModel('lenet', {});
    const error = (await rejection(createAlexNet({ weights: await source.stateDict() }))) as StateDictError;
    expect(error).to.be.instanceOf(StateDictError);
    expect(error.missing).to.have.length(16);
    expect(error.unexpected).to.have.length(10);
  });

  it('refuses a name, an option and a variant that do not exist', async () => {
    const name = await rejection(createModel('resnet' as 'lenet'));
    expect(name).to.be.instanceOf(ZooError);
    expect(name.message).to.equal(
      "createModel: expected a model of the zoo, got 'resnet'. The nearest: lenet, resnet18, resnet34; listModels() names all 32.",
    );
    const option = await rejection(createAlexNet({ lastReLU: false } as object));
    expect(option.message).to.equal(
      "createModel('alexnet'): expected options among numClasses, dropout, channels, got lastReLU. Leave it out, or see the model's options.",
    );
    const variant = await rejection(createAlexNet({ variant: 'vgg' as 'd2l' }));
    expect(variant.message).to.equal(
      "createAlexNet: expected variant torchvision, d2l, batchnorm, paper, got 'vgg'. Choose one of them.",
    );
  });

  it('tells of weights that are in an object or empty, and of channels that are not five', async () => {
    using source = await createModel('lenet');
    const stateDict = await source.stateDict();
    const wrapped = await rejection(createModel('lenet', { weights: { stateDict } as never }));
    expect(wrapped.message).to.equal(
      'createModel: expected weights as a path, URL, bytes, Blob or state dict (a Map), got an object. ' +
        'Pass checkpoint.stateDict, or new Map(Object.entries(stateDict)).',
    );
    expect(await rejection(createModel('lenet', { weights: '' }))).to.be.instanceOf(ZooError);
    const channels = await rejection(createAlexNet({ channels: [4, 6, 8, 6] as never }));
    expect(channels.message).to.equal(
      'AlexNet: expected channels of five convolutions, positive integers, got [4, 6, 8, 6]. Give one width each.',
    );
  });

  it('says of pretrained what there is', async () => {
    const unknown = await rejection(createAlexNet({ pretrained: 'IMAGENET1K_V2' }));
    expect(unknown.message).to.equal(
      "createModel('alexnet'): expected pretrained among IMAGENET1K_V1, got 'IMAGENET1K_V2'. " +
        'Choose one of them, or registerWeights one of your own.',
    );
    const without = await rejection(createModel('alexnet_d2l', { pretrained: true }));
    expect(without.message).to.equal(
      "createModel('alexnet_d2l'): expected a model with pretrained weights, got one without. " +
        'Choose one that has some (npx tfjs-zoo models lists them), or registerWeights some of your own.',
    );
  });

  it('stops loading when it is told to', async () => {
    using source = await createModel('lenet', {});
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const error = await rejection(
      createModel('lenet', { weights: await source.stateDict(), signal: controller.signal }),
    );
    expect(error.message).to.equal('enough');
  });

  it('is in training mode, as in PyTorch', async () => {
    using model = await createModel('lenet', {});
    expect(model.training).to.equal(true);
  });

  it('lists the models by pattern', () => {
    expect(listModels()).to.have.length(32);
    expect(listModels({ include: 'resnet*' })).to.deep.equal([
      'resnet18',
      'resnet34',
      'resnet50',
      'resnet101',
      'resnet152',
    ]);
    expect(listModels({ include: 'alexnet_*' })).to.deep.equal(['alexnet_d2l', 'alexnet_bn', 'alexnet_paper']);
    expect(listModels({ include: 'lenet.' })).to.deep.equal([]);
  });
});

describe('AlexNet of the 2012 paper', () => {
  it('is initialised as section 5 says', async () => {
    await backends.use('cpu');
    using model = new models.AlexNetPaper({ channels: [4, 6, 8, 6, 4], numClasses: 3 });
    const state = await model.stateDict();
    const bias = (name: string) => [...new Set(state.get(`${name}.bias`)!.data as Float32Array)];
    expect(['features.0', 'features.8', 'classifier.6'].flatMap(bias)).to.deep.equal([0, 0, 0]);
    expect(['features.4', 'features.10', 'features.12', 'classifier.1', 'classifier.4'].flatMap(bias)).to.deep.equal([
      1, 1, 1, 1, 1,
    ]);
    const weights = state.get('classifier.4.weight')!.data as Float32Array;
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    expect(Math.sqrt(variance)).to.be.closeTo(0.01, 1e-4);
  });

  it('takes the Caffe reading of alpha by option', () => {
    using model = nn.skipInit(() => new models.AlexNetPaper({ lrnAlpha: 1e-4 }));
    expect(String(model)).to.contain('LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=2.0)');
  });
});
