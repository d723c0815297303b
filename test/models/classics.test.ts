import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, createModel, models, transforms } from 'tfjs-zoo';
import { entriesFor } from 'tfjs-zoo/weights';
import { buildUnfilled } from '../../src/cli/shape-model.js';
import { sizeOf } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { type Classic, digest, entriesOf, readClassicSteps, readClassics, weightsOf } from '../support/classics.js';
import { formulaImages } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { read, toTensor } from '../support/golden-run.js';
import { expectParameterGradient } from '../support/golden-samples.js';

type Built = Pick<Classic, 'model' | 'options'>;

const classics = readClassics();
const steps = readClassicSteps();
const photograph = fileURLToPath(new URL('../../examples/images/chelsea.png', import.meta.url));

/** One of each family, for the slower backends. */
const firsts = ['vgg11_bn', 'googlenet', 'resnet18', 'squeezenet1_1', 'densenet121', 'mobilenet_v2'];

const title = ({ model, options: { numClasses, ...options } }: Built) =>
  Object.keys(options).length > 0 ? `${model} with ${JSON.stringify(options)}` : model;

/** With the formula's weights, as a checkpoint would bring them. */
async function filled({ model: name, options }: Built): Promise<models.ImageModel> {
  return createModel(name, { ...options, weights: await weightsOf(name, options) });
}

const batched = (image: tf.Tensor) => tf.expandDims(image, 0);

async function inputsOf({ size }: Classic): Promise<Record<'photograph' | 'noise', tf.Tensor>> {
  const prepare = new transforms.ImageClassification({ cropSize: size, resizeSize: size });
  const image = prepare.apply(await transforms.loadImage(photograph));
  const inputs = {
    photograph: batched(image),
    noise: toTensor(activationToMemory(formulaImages([1, 3, size, size]), 'batched')),
  };
  image.dispose();
  return inputs;
}

describe("torchvision's classics", () => {
  forEachBackend((backend) => {
    if (backend === 'cpu') return;
    const isTaken = ({ model, options }: Built) =>
      backend === 'wasm' || (firsts.includes(model) && Object.keys(options).length < 3);

    for (const golden of classics.filter(isTaken)) {
      it(`${title(golden)} gives torchvision's logits`, async () => {
        using model = await filled(golden);
        model.eval();
        for (const [what, input] of Object.entries(await inputsOf(golden))) {
          const logits = model.forward(input);
          const want = golden[what as 'photograph' | 'noise'];
          expectClose(what, await read(logits), { shape: [1, 10], data: want }, 1e-4);
          tf.dispose([logits, input]);
        }
        expect(digest(String(model)), 'its text').to.equal(golden.repr);
        expect(digest(JSON.stringify(entriesOf(model))), 'its state dict').to.equal(golden.entries);
      }).timeout(120_000);
    }

    for (const golden of steps.filter(isTaken)) {
      it(`${title(golden)} gives torchvision's gradients`, async () => {
        using model = await filled(golden);
        model.eval();
        const input = toTensor(activationToMemory(formulaImages([2, 3, golden.size, golden.size]), 'batched'));
        const parameters = new Map(model.namedParameters());
        const variables = Object.keys(golden.gradients).map((name) => parameters.get(name)!.value);
        const { value, grads } = tf.variableGrads(() => {
          const target = tf.oneHot(tf.tensor1d([3, 8], 'int32'), 10);
          return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(model.forward(input)), target), 1))) as tf.Scalar;
        }, variables);
        expectClose('loss', await read(value), { shape: [], data: [golden.loss] }, 1e-4);
        for (const [name, samples] of Object.entries(golden.gradients)) {
          expectParameterGradient(name, await read(grads[parameters.get(name)!.value.name]!), samples);
        }
        tf.dispose([input, value, grads]);
      }).timeout(120_000);
    }
  });

  describe('from files that differ from the model', () => {
    before(() => backends.use('wasm'));

    it("are loaded by DenseNet's names of before, in which a module's name has a dot", async () => {
      const weights = await weightsOf('densenet121', { numClasses: 3 });
      const before = new Map(
        [...weights].map(([name, tensor]) => [name.replace(/(denselayer\d+\.(?:norm|conv))([12]\.)/, '$1.$2'), tensor]),
      );
      expect([...before.keys()]).to.include('features.denseblock1.denselayer1.norm.1.weight');
      using model = await createModel('densenet121', { weights: before });
      expect(await model.stateDict()).to.deep.equal(weights);
    });

    it('are loaded without the counters of batches, which files of before PyTorch 0.4.1 lack', async () => {
      const weights = await weightsOf('resnet18', { numClasses: 3 });
      const before = new Map([...weights].filter(([name]) => !name.endsWith('num_batches_tracked')));
      using model = await createModel('resnet18', { weights: before });
      expect([...(await model.stateDict()).keys()]).to.deep.equal([...weights.keys()]);
    });

    it("have GoogLeNet's classifiers in its middle, or leave them out", async () => {
      const weights = await weightsOf('googlenet', { numClasses: 3 });
      using whole = await createModel('googlenet', { weights });
      expect(whole.aux1).to.not.equal(null);
      using part = await createModel('googlenet', { weights, auxLogits: false, transformInput: true });
      expect([part.aux1, part.aux2, part.transformInput]).to.deep.equal([null, null, true]);
      expect(await part.stateDict()).to.deep.equal(new Map([...weights].filter(([name]) => !name.startsWith('aux'))));
      using other = await createModel('googlenet', { weights, numClasses: 5 });
      expect([other.aux1, other.fc.outFeatures]).to.deep.equal([null, 5]);
    });

    it("tell MobileNetV2's width, also one that nobody published", async () => {
      for (const options of [
        { widthMult: 0.35 },
        { widthMult: 1.4 },
        { widthMult: 0.4 },
        { widthMult: 0.6, roundNearest: 2 },
      ]) {
        const { widthMult, ...given } = options;
        const weights = await weightsOf('mobilenet_v2', { numClasses: 3, ...options });
        using model = await createModel('mobilenet_v2', { weights, ...given });
        expect([...(await model.stateDict()).keys()], `${widthMult}`).to.deep.equal([...weights.keys()]);
      }
    });

    it('get a fresh last layer for other classes, which SqueezeNet has as a convolution', async () => {
      const weights = await weightsOf('squeezenet1_1', { numClasses: 3 });
      let fresh: readonly string[] = [];
      using model = await createModel('squeezenet1_1', {
        weights,
        numClasses: 5,
        onLoad: (report) => {
          fresh = report.fresh;
        },
      });
      expect(fresh).to.deep.equal(['classifier.1.weight', 'classifier.1.bias']);
      const logits = tf.tidy(() => model.eval().forward(tf.zeros([1, 64, 64, 3])));
      expect(logits.shape).to.deep.equal([1, 5]);
      logits.dispose();
    });

    it('give the logits of all three classifiers of GoogLeNet in training', async () => {
      using model = await createModel('googlenet', { weights: await weightsOf('googlenet', { numClasses: 3 }) });
      const { logits, auxLogits1, auxLogits2 } = tf.tidy(
        () => model.forwardWithAux(tf.zeros([2, 64, 64, 3])) as never,
      ) as models.GoogLeNetOutputs;
      for (const each of [logits, auxLogits1, auxLogits2]) expect(each.shape).to.deep.equal([2, 3]);
      tf.dispose([logits, auxLogits1, auxLogits2]);
      using without = await createModel('googlenet', { numClasses: 3, auxLogits: false });
      expect(() => without.forwardWithAux(logits)).to.throw(
        'GoogLeNet.forwardWithAux: expected a model with classifiers in its middle, got one without. Build it with auxLogits: true.',
      );
    });
  });

  it('refuse what a network without bottlenecks cannot be', async () => {
    const error = await createModel('resnet18', { groups: 2 }).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal(
      "createModel('resnet18'): expected groups 1, widthPerGroup 64 and no dilation, for it has no bottlenecks, got 2, 64 and none. " +
        'Leave them out, or take resnet50 or a deeper one.',
    );
  });

  it('have as many parameters as torchvision publishes', async () => {
    await backends.use('cpu');
    for (const name of models.listModels()) {
      for (const { numParams, options } of entriesFor(name)) {
        if (numParams === undefined) continue;
        const { build } = await models.zoo[name].load();
        using model: models.ImageModel = options ? build(options) : await buildUnfilled(name);
        const count = [...model.parameters()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
        expect(count, name).to.equal(numParams);
      }
    }
  });
});
