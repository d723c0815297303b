import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, createClassifier, createModel, manualSeed, models, type nn, visualize } from 'tfjs-zoo';
import { defaultEntry } from 'tfjs-zoo/weights';
import { forEachBackend } from '../support/backends.js';

const facts = defaultEntry('efficientnet_lite0')!;
const photographs = new URL('../../examples/images/', import.meta.url);
const goldenUrl = new URL('../fixtures/models/photographs.json', import.meta.url);
const golden: { image: string; logits: number[] }[] = JSON.parse(readFileSync(goldenUrl, 'utf8'));
const labels = { 'chelsea.png': 'tiger cat', 'coffee.png': 'espresso', 'rocket.jpg': 'missile' };

/** Kernels that run while `fn` does. */
async function kernelsOf(fn: () => tf.Tensor): Promise<string[]> {
  const { kernels } = await tf.profile(() => tf.dispose(fn()) as never);
  return kernels.map(({ name }) => name).filter((name) => !name.endsWith('__op'));
}

describe('EfficientNet-Lite0', () => {
  forEachBackend((backend) => {
    it('computes each convolution, its BatchNorm and its ReLU6 in one op', async () => {
      using model = await createModel('efficientnet_lite0', { numClasses: 2 });
      model.eval();
      const x = tf.zeros([1, 32, 32, 3]);
      const kernels = await kernelsOf(() => model.forward(x));
      x.dispose();
      const count = (pattern: RegExp) => kernels.filter((kernel) => pattern.test(kernel)).length;
      expect(count(/Norm|Sqrt/)).to.equal(0);
      // tfjs-node's fused ops are made of others.
      if (backend !== 'tensorflow') expect(count(/Conv|Relu6/)).to.equal(49);
    });

    it('takes images of any size, and of other channels', async () => {
      using model = await createModel('efficientnet_lite0', { numClasses: 3, inChannels: 1 });
      model.eval();
      for (const [height, width] of [facts.minSize!, [33, 47]]) {
        const outputs = tf.tidy(() => {
          const x = tf.ones([2, height, width, 1]);
          return [model.forward(x), model.embed(x)] as const;
        });
        expect(outputs.map(({ shape }) => shape)).to.deep.equal([
          [2, 3],
          [2, 1280],
        ]);
        tf.dispose([...outputs]);
      }
    });

    it("gives the photographs PyTorch's labels, and its logits as far as float16 has them", async () => {
      using classifier = await createClassifier('efficientnet_lite0', { pretrained: true });
      for (const { image, logits: want } of golden) {
        const predictions = await classifier.classify(fileURLToPath(new URL(image, photographs)), { top: want.length });
        expect(predictions[0]!.label).to.equal(labels[image as keyof typeof labels]);
        if (image.endsWith('.jpg')) continue; // decoders differ by more
        const largest = Math.max(...want.map(Math.abs));
        const error = Math.max(...predictions.map(({ classIndex, logit }) => Math.abs(logit - want[classIndex]!)));
        expect(error / largest, image).to.be.below(4e-3);
      }
    });
  });

  describe('whatever the backend', () => {
    before(() => backends.use('wasm'));
    it('drops features in training alone', async () => {
      manualSeed(3);
      using model = new models.EfficientNetLite({ numClasses: 4, dropout: 1 });
      const x = tf.ones([2, 32, 32, 3]);
      const trained = tf.tidy(() => model.forward(x));
      const evaluated = tf.tidy(() => model.eval().forward(x));
      expect([...(await trained.data())]).to.deep.equal(Array(8).fill(0));
      expect([...(await evaluated.data())]).to.not.include(0);
      tf.dispose([x, trained, evaluated]);
    });

    it('begins as published', async () => {
      manualSeed(4);
      using model = new models.EfficientNetLite();
      const deviation = (parameter: nn.Parameter) => tf.tidy(() => tf.sqrt(tf.moments(parameter.value).variance));
      const layers = new Map(model.namedModules());
      for (const [name, want] of [
        ['conv_stem', Math.sqrt(2 / (9 * 32))],
        ['blocks.5.1.conv_dw', Math.sqrt(2 / 25)],
        ['conv_head', Math.sqrt(2 / 1280)],
        ['classifier', 1 / Math.sqrt(3 * 1000)],
      ] as const) {
        const got = deviation((layers.get(name) as nn.Conv2d | nn.Linear).weight);
        expect((await got.data())[0]! / want, name).to.be.closeTo(1, 0.06);
        got.dispose();
      }
    });

    it('has as many parameters and multiplications as its entry says', () => {
      using model = new models.EfficientNetLite();
      const { parameters, multiplyAdds } = visualize.summary(model, [1, 224, 224, 3]);
      expect(parameters).to.equal(facts.numParams);
      expect(multiplyAdds / 1e9).to.be.closeTo(facts.gflops!, 0.0005);
    });
  });
});
