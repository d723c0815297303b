import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, createModel, models, transforms } from 'tfjs-zoo';
import { entriesFor } from 'tfjs-zoo/weights';
import { buildUnfilled } from '../../src/cli/shape-model.js';
import { sizeOf } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { read, toTensor } from '../support/golden-run.js';
import { expectParameterGradient, type Samples } from '../support/golden-samples.js';

interface Built {
  readonly size: number;
  readonly model: models.ModelName;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What torchvision computed, by test/fixtures/models/make_classics.py. */
interface Classic extends Built {
  readonly repr: string;
  readonly entries: string;
  readonly photograph: readonly number[];
  readonly noise: readonly number[];
}

interface ClassicStep extends Built {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Samples>>;
}

function fixture<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/models/${name}.json`, import.meta.url), 'utf8'));
}

const classics = fixture<Classic>('classics');
const steps = fixture<ClassicStep>('classics-gradients');
const photograph = fileURLToPath(new URL('../../examples/images/chelsea.png', import.meta.url));

/** One of each family, for the slower backends. */
const firsts = ['vgg11_bn', 'googlenet', 'resnet18', 'squeezenet1_1', 'densenet121', 'mobilenet_v2'];

const title = ({ model, options: { numClasses, ...options } }: Built) =>
  Object.keys(options).length > 0 ? `${model} with ${JSON.stringify(options)}` : model;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** PyTorch's names and shapes of a model, in its order. */
function entriesOf(model: models.ImageModel): [string, readonly number[]][] {
  return [...model.namedStates()].map(([name, state]) => [name, state.expectedShape]);
}

/** With the formula's weights, as a checkpoint would bring them. */
async function filled({ model: name, options }: Built): Promise<models.ImageModel> {
  const { build } = await models.zoo[name].load();
  const shapes: models.ImageModel = build(options);
  const weights = formulaStateDict(entriesOf(shapes));
  shapes.dispose();
  return createModel(name, { ...options, weights });
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
