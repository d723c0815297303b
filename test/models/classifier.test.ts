import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createClassifier, createModel, manualSeed, models, type nn, transforms, ZooError } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

const gray = { width: 40, height: 30, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 7) % 256) };
const dark = { width: 28, height: 28, data: new Uint8Array(28 * 28 * 3) };

async function weightsOfLeNet() {
  manualSeed(1);
  using model = await createModel('lenet', {});
  return model.stateDict();
}

describe('createClassifier', () => {
  forEachBackend(() => {
    it('gives the softmax of the logits of the prepared image, the best first', async () => {
      const weights = await weightsOfLeNet();
      using classifier = await createClassifier('lenet', { weights });
      const x = await classifier.preprocess(gray);
      expect(x.shape).to.deep.equal([28, 28, 1]);
      const logits = tf.tidy(() => classifier.model.forward(tf.expandDims(x)));
      const probabilities = tf.softmax(logits);
      const want = await probabilities.data();
      const predictions = await classifier.classify(gray, { top: 3 });
      tf.dispose([x, logits, probabilities]);
      expect(predictions).to.have.length(3);
      for (const [i, { classIndex, label, probability }] of predictions.entries()) {
        expect(label).to.equal(`class ${classIndex}`);
        expect(probability).to.be.closeTo(want[classIndex]!, 1e-6);
        if (i > 0) expect(probability).to.be.at.most(predictions[i - 1]!.probability);
      }
      const all = await classifier.classify(gray, { top: 99 });
      expect(all).to.have.length(10);
      expect(all.reduce((sum, { probability }) => sum + probability, 0)).to.be.closeTo(1, 1e-9);
    });

    it('gives of an array of images, however long, what it gives of each', async () => {
      using classifier = await createClassifier('lenet', { weights: await weightsOfLeNet() });
      const images = Array.from({ length: 18 }, (_, i) => (i % 2 ? gray : dark));
      const lists = await classifier.classify(images);
      expect(lists).to.have.length(18);
      const [one, other] = [await classifier.classify(dark), await classifier.classify(gray)];
      for (const [i, list] of lists.entries()) {
        const want = i % 2 ? other : one;
        expect(list.map(({ classIndex }) => classIndex)).to.deep.equal(want.map(({ classIndex }) => classIndex));
        for (const [rank, { logit }] of list.entries()) expect(logit).to.be.closeTo(want[rank]!.logit, 1e-5);
      }
      expect(await classifier.classify([])).to.deep.equal([]);
    });

    it('gives the features before the last layer, of one image and of several', async () => {
      using classifier = await createClassifier('lenet', { weights: await weightsOfLeNet() });
      const one = await classifier.features(gray);
      const several = await classifier.features([dark, gray]);
      expect(one.shape).to.deep.equal([84]);
      expect(several.shape).to.deep.equal([2, 84]);
      const [a, b] = [await one.data(), await several.data()];
      for (const [i, value] of a.entries()) expect(b[84 + i]).to.be.closeTo(value, 1e-5);
      tf.dispose([one, several]);
    });
  });

  it('takes categories and transforms of its own', async () => {
    const preprocessing = new transforms.Compose([
      new transforms.Resize([36, 36]),
      new transforms.Grayscale(),
      new transforms.CenterCrop(28),
      new transforms.ToTensor(),
    ]);
    const categories = Array.from('abcdefghij');
    const weights = await weightsOfLeNet();
    using classifier = await createClassifier('lenet', { weights, transforms: preprocessing, categories });
    const [best] = await classifier.classify(gray, { top: 1 });
    expect(best!.label).to.equal(categories[best!.classIndex]);
  });

  it('refuses categories that are not one a class, and features of nothing', async () => {
    const weights = await weightsOfLeNet();
    const before = tf.memory().numTensors;
    const few = await createClassifier('lenet', { weights, categories: ['cat', 'dog'] }).catch((error: Error) => error);
    expect((few as Error).message).to.equal(
      'createClassifier: expected 10 categories, one a class, got 2. Give them in the order of the classes.',
    );
    expect(tf.memory().numTensors).to.equal(before);
    using classifier = await createClassifier('lenet', { weights });
    const nothing = await classifier.features([]).catch((error: Error) => error);
    expect((nothing as Error).message).to.equal(
      'features: expected at least one image, got an empty array. Pass the images to look at.',
    );
  });

  it('refuses to answer with an untrained model', async () => {
    const untrained = await createClassifier('lenet', { numClasses: 3 }).catch((error: Error) => error);
    expect((untrained as Error).message).to.equal(
      "createClassifier('lenet'): expected weights, got none, and what an untrained model answers is noise. Pass weights: " +
        'a path, URL, bytes, Blob or state dict; or wrap a model of your own: new models.Classifier(model, transforms).',
    );
  });

  it('has no workers in Node', async () => {
    const none = await createClassifier('lenet', { pretrained: true, worker: true }).catch((error: Error) => error);
    expect((none as Error).message).to.equal(
      'createClassifier: expected a page with Web Workers, got none. Leave worker out.',
    );
  });

  it('looks at the whole of a small colour image, but for the border that ImageNet crops', async () => {
    using source = await createModel('lenet', { inChannels: 3, inputSize: 32 });
    using classifier = await createClassifier('lenet', { weights: await source.stateDict() });
    expect(String(classifier.transforms)).to.contain('crop_size=[32]').and.to.contain('resize_size=[37]');
    expect(classifier.categories).to.equal(undefined);
  });

  it("labels a thousand classes by the default weights' categories, any other number by 'class N'", async () => {
    const channels = [4, 6, 8, 6, 4] as const;
    const labels: string[] = [];
    for (const numClasses of [1000, 3]) {
      using source = new models.AlexNet({ numClasses, channels });
      using classifier = await createClassifier('alexnet', { weights: await source.stateDict() });
      const predictions = await classifier.classify(gray, { top: 1000 });
      labels.push(predictions.find(({ classIndex }) => classIndex === 2)!.label);
    }
    expect(labels).to.deep.equal(['great white shark', 'class 2']);
  });

  it('puts the model into evaluation mode and refuses a top that is no count', async () => {
    using classifier = await createClassifier('lenet', { weights: await weightsOfLeNet() });
    expect([...classifier.model.modules()].some((module: nn.AnyModule) => module.training)).to.equal(false);
    for (const top of [0, 1.5, -1]) {
      const error = await classifier.classify(gray, { top }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(ZooError);
      expect((error as Error).message).to.equal(
        `classify: expected top to be a positive integer, got ${top}. Ask for 1 or more.`,
      );
    }
  });
});
