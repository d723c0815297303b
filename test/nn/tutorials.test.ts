import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import type { HostTensor } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory, parameterToMemory } from '../support/golden.js';
import { expectClose, PARAMETER_GRADIENT_TOLERANCE } from '../support/golden-close.js';

/** One call as PyTorch made it; see test/fixtures/nn/make_tutorials.py. */
interface TutorialCase {
  readonly args: readonly string[];
  readonly repr: string;
  readonly entries: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly inputShape: number[];
  readonly outputShape: number[];
  readonly output: number[];
  readonly gradInput: number[];
  /** The first values of each. */
  readonly gradients: Readonly<Record<string, number[]>>;
}

const cases: Record<'lenet' | 'manyLinears' | 'choices', TutorialCase[]> = JSON.parse(
  readFileSync(new URL('../fixtures/nn/tutorials.json', import.meta.url), 'utf8'),
);

function lenet() {
  return new nn.Sequential(
    new nn.Conv2d(1, 6, 5), // [N, 28, 28, 1] → [N, 24, 24, 6]
    new nn.ReLU(),
    new nn.MaxPool2d(2, { stride: 2 }), // [N, 12, 12, 6]
    new nn.Conv2d(6, 16, 5), // [N, 8, 8, 16]
    new nn.ReLU(),
    new nn.MaxPool2d(2, { stride: 2 }), // [N, 4, 4, 16]
    new nn.Flatten(), // [N, 256]
    new nn.Linear(256, 120),
    new nn.ReLU(),
    new nn.Linear(120, 84),
    new nn.ReLU(),
    new nn.Linear(84, 10),
  );
}

class ManyLinears extends nn.Module {
  readonly typeName = 'ManyLinears';
  readonly linears = new nn.ModuleList(Array.from({ length: 20 }, () => new nn.Linear(10, 10)));

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      for (const [i, l] of [...this.linears].entries()) {
        x = tf.add(this.linears[Math.floor(i / 2)]!.forward(x), l.forward(x));
      }
      return x;
    });
  }
}

class Choices extends nn.Module<[tf.Tensor, string, string]> {
  readonly typeName = 'Choices';
  readonly choices = new nn.ModuleDict({ conv: new nn.Conv2d(10, 10, 3), pool: new nn.MaxPool2d(3) });
  readonly activations = new nn.ModuleDict([
    ['relu', new nn.ReLU()],
    ['prelu', new nn.PReLU()],
  ]);

  forward(x: tf.Tensor, choice: string, act: string): tf.Tensor {
    return tf.tidy(() => {
      x = this.choices.get(choice).forward(x);
      x = this.activations.get(act).forward(x);
      return x;
    });
  }
}

function toTensor({ shape, data }: HostTensor): tf.Tensor {
  return tf.tensor(data as Float32Array, [...shape]);
}

async function read(tensor: tf.Tensor) {
  return { shape: tensor.shape, data: (await tensor.data()) as Float32Array };
}

async function check(model: nn.AnyModule, golden: TutorialCase): Promise<void> {
  expect(String(model)).to.equal(golden.repr);
  const before = await model.stateDict();
  expect([...before].map(([name, { shape }]) => [name, shape])).to.deep.equal(golden.entries);

  model.loadStateDict(formulaStateDict(golden.entries));
  const value = toTensor(activationToMemory(formulaImages(golden.inputShape), 'batched'));
  const input = tf.variable(value);
  const outputs: tf.Tensor[] = [];
  const { value: loss, grads } = tf.variableGrads(() => {
    outputs.push(tf.keep(model.forward(input, ...golden.args)));
    return tf.mean(tf.square(outputs[0]!));
  });

  const theirs = (data: number[], shape: number[]) =>
    activationToMemory({ dtype: 'float32', shape, data: Float32Array.from(data) }, 'batched');
  expectClose('output', await read(outputs[0]!), theirs(golden.output, golden.outputShape));
  expectClose(
    'gradient of the input',
    await read(grads[input.name]!),
    theirs(golden.gradInput, golden.inputShape),
    PARAMETER_GRADIENT_TOLERANCE,
  );
  const parameters = new Map(model.namedParameters());
  const reached = [...parameters].filter(([, parameter]) => grads[parameter.value.name]);
  expect(reached.map(([name]) => name)).to.deep.equal(Object.keys(golden.gradients));
  for (const [name, parameter] of reached) {
    const { shape } = parameter;
    const got = await read(grads[parameter.value.name]!);
    const first = toTorch(got.data, shape).slice(0, golden.gradients[name]!.length);
    const scale = got.data.reduce((max, each) => Math.max(max, Math.abs(each)), 0);
    expectClose(
      `gradient of ${name}`,
      { shape: [first.length], data: first },
      { shape: [first.length], data: golden.gradients[name]! },
      PARAMETER_GRADIENT_TOLERANCE,
      scale,
    );
  }
  tf.dispose([value, input, outputs, loss, grads]);
  model.dispose();
}

/** A gradient's values in PyTorch's order: where each of them lies in memory is where its index comes out. */
function toTorch(memory: Float32Array, shape: number[]): number[] {
  const indices = Float32Array.from(memory.keys());
  const { data } = parameterToMemory({ dtype: 'float32', shape, data: indices });
  const values = new Array<number>(memory.length);
  for (const [position, index] of data.entries()) values[Number(index)] = memory[position]!;
  return values;
}

describe("The container classes of PyTorch's tutorials, ported line by line", () => {
  forEachBackend(() => {
    it('LeNet from Sequential', () => check(lenet(), cases.lenet[0]!));
    it('twenty Linear(10, 10) in a ModuleList called in a loop', () => check(new ManyLinears(), cases.manyLinears[0]!));
    for (const golden of cases.choices) {
      it(`a ModuleDict that chooses ${golden.args.join(' and ')}`, () => check(new Choices(), golden));
    }
  });
});
