import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createModel, type nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { formulaImages, formulaStateDict, formulaTensor } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { type GoldenModel, readGoldenModels } from '../support/golden-models.js';
import { read, toNumbers, toTensor } from '../support/golden-run.js';
import { expectActivation, expectParameterGradient } from '../support/golden-samples.js';

/** The cpu backend takes many seconds for a full-width model. */
const isSmall = ({ name, model }: GoldenModel) => model === 'lenet' || /narrow|small images/.test(name);

function inputOf(golden: GoldenModel): tf.Tensor {
  return toTensor(activationToMemory(formulaImages(golden.inputShape), 'batched'));
}

async function checkLogits(model: nn.Module, golden: GoldenModel): Promise<void> {
  const input = inputOf(golden);
  const logits = model.eval().forward(input);
  expectClose('logits', await read(logits), { shape: golden.logits!.shape, data: golden.logits!.values });
  logits.dispose();
  const trunk = [...model.namedModules()].find(([name]) => name === golden.trunk)?.[1] as nn.Sequential | undefined;
  expect(trunk === undefined, 'a trunk is named and found, or neither').to.equal(typeof golden.trunk !== 'string');
  const layers = Object.entries(golden.activations!);
  for (const activation of trunk?.forwardAll(input) ?? []) {
    const [name, samples] = layers.shift()!;
    expectActivation(`output of ${name}`, await read(activation), samples);
    activation.dispose();
  }
  expect(layers, 'layers left over').to.deep.equal([]);
  input.dispose();
}

async function checkStep(model: nn.Module, golden: GoldenModel): Promise<void> {
  const { mode, labels, loss, gradients, buffers } = golden.step!;
  model.train(mode === 'train');
  const input = inputOf(golden);
  const parameters = new Map(model.namedParameters());
  const variables = Object.keys(gradients).map((name) => parameters.get(name)!.value);
  const crossEntropy = () => {
    const logProbabilities = tf.logSoftmax(model.forward(input)); // [N, classes]
    const target = tf.oneHot(tf.tensor1d([...labels], 'int32'), logProbabilities.shape[1]!);
    return tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, target), 1))) as tf.Scalar;
  };
  const { value, grads } = tf.variableGrads(crossEntropy, variables);
  expectClose('loss', await read(value), { shape: [], data: [loss] });
  for (const [name, samples] of Object.entries(gradients)) {
    expectParameterGradient(`gradient of ${name}`, await read(grads[parameters.get(name)!.value.name]!), samples);
  }
  const state = await model.stateDict();
  for (const [name, samples] of Object.entries(buffers)) {
    expectActivation(`buffer ${name}`, toNumbers(state.get(name)!), samples);
  }
  tf.dispose([input, value, grads]);
}

async function check(golden: GoldenModel): Promise<void> {
  const weights = formulaStateDict(golden.entries);
  const model = await createModel(golden.model, { ...golden.options, weights });
  expect([...model.namedStates()].map(([name, state]) => [name, state.expectedShape])).to.deep.equal(golden.entries);
  expect(String(model)).to.equal(golden.repr);
  await (golden.step ? checkStep : checkLogits)(model, golden);
  model.dispose();
}

describe('models', () => {
  describe('weights by formula', () => {
    const url = new URL('../fixtures/models/formula.json', import.meta.url);
    for (const { k, name, shape, first, last, bitSum } of JSON.parse(readFileSync(url, 'utf8'))) {
      it(`entry ${k}, ${name}, is PyTorch's bit for bit`, () => {
        const data = formulaTensor(k, name, shape).data as Float32Array;
        expect([...data.slice(0, 4), data.at(-1)]).to.deep.equal([...first, last]);
        const sum = new Uint32Array(data.buffer).reduce((total, bits) => (total + bits) >>> 0, 0);
        expect(sum).to.equal(bitSum);
      });
    }
  });

  describe('as constructed, with lazy layers', () => {
    for (const { name, model, options, reprBefore } of readGoldenModels().filter((golden) => golden.reprBefore)) {
      it(`${name} prints as PyTorch's`, async () => {
        const created = await createModel(model, options);
        expect(String(created)).to.equal(reprBefore);
        created.dispose();
      });
    }
  });

  forEachBackend((backend) => {
    for (const golden of readGoldenModels().filter((candidate) => backend !== 'cpu' || isSmall(candidate))) {
      it(`${golden.name} computes PyTorch's values`, () => check(golden));
    }
  });
});
