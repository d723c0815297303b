import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { formulaImages, formulaStateDict } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose, PARAMETER_GRADIENT_TOLERANCE } from '../support/golden-close.js';
import { toNumbers, toTensor } from '../support/golden-run.js';
import { valuesOf } from './support.js';

/** What PyTorch did; see test/fixtures/nn/make_loss_steps.py. */
interface LossSteps {
  readonly inputShape: readonly number[];
  readonly labels: number[];
  readonly answers: number[][];
  readonly losses: readonly number[];
  readonly entries: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly after: Readonly<Record<string, number[]>>;
}

const steps: LossSteps = JSON.parse(readFileSync(new URL('../fixtures/nn/loss-steps.json', import.meta.url), 'utf8'));

type AnyLoss = nn.Module<[input: tf.Tensor, target: tf.Tensor]>;

/** The loss, and the gradients of its sum with respect to input and, if of floats, target. */
async function run(loss: AnyLoss, input: tf.Tensor, target: tf.Tensor) {
  const floats = target.dtype === 'float32' ? [target] : [];
  const { value, grads } = tf.valueAndGrads((x, t = target) => tf.sum(loss.forward(x!, t)))([input, ...floats]);
  const output = loss.forward(input, target);
  const result = {
    output: await valuesOf(output),
    sum: (await valuesOf(value))[0]!,
    gradInput: await valuesOf(grads[0]!),
    gradTarget: grads[1] ? await valuesOf(grads[1]) : null,
  };
  tf.dispose([value, grads, output, input, target]);
  loss.dispose();
  return result;
}

const labels = (values: number[]) => tf.tensor1d(values, 'int32');
const logits = () => tf.tensor2d([1, 2, 3, 0, -1, 1], [2, 3]);

/** Everything that forward has to stand on the way to a loss of its own. */
const all: Record<string, () => AnyLoss> = {
  MSELoss: () => new nn.MSELoss(),
  L1Loss: () => new nn.L1Loss(),
  SmoothL1Loss: () => new nn.SmoothL1Loss(),
  HuberLoss: () => new nn.HuberLoss(),
  BCELoss: () => new nn.BCELoss(),
  BCEWithLogitsLoss: () => new nn.BCEWithLogitsLoss(),
  CrossEntropyLoss: () => new nn.CrossEntropyLoss(),
  KLDivLoss: () => new nn.KLDivLoss(),
};

describe('losses', () => {
  forEachBackend((backend) => {
    it('train a network as in PyTorch', async () => {
      using model = new nn.Sequential(
        new nn.Conv2d(2, 4, 3), // [N, 6, 6, 2] → [N, 4, 4, 4]
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(), // [N, 16]
        new nn.Linear(16, 3),
      );
      model.loadStateDict(formulaStateDict(steps.entries));
      using entropy = new nn.CrossEntropyLoss({ weight: [1, 2, 0.5], labelSmoothing: 0.1 });
      using binary = new nn.BCEWithLogitsLoss({ posWeight: [1, 3, 0.25] });
      const x = toTensor(activationToMemory(formulaImages(steps.inputShape), 'batched'));
      const [classes, answers] = [labels(steps.labels), tf.tensor2d(steps.answers)];
      const optimizer = tf.train.sgd(0.1);
      const losses: number[] = [];
      for (const loss of [
        () => entropy.forward(model.forward(x), classes),
        () => entropy.forward(model.forward(x), classes),
        () => binary.forward(model.forward(x), answers),
      ]) {
        const { value, grads } = tf.variableGrads(loss);
        expect(Object.keys(grads), 'the parameters and no weights of losses').to.have.length(4);
        optimizer.applyGradients(grads);
        losses.push((await valuesOf(value))[0]!);
        tf.dispose([value, grads]);
      }
      const shape = [3];
      expectClose('losses', { shape, data: losses }, { shape, data: steps.losses });
      for (const [name, tensor] of await model.stateDict()) {
        const want = { shape: tensor.shape, data: steps.after[name]! };
        expectClose(name, toNumbers(tensor), want, PARAMETER_GRADIENT_TOLERANCE);
      }
      tf.dispose([x, classes, answers]);
      optimizer.dispose();
    });

    for (const [what, build] of [
      ['CrossEntropyLoss', () => new nn.CrossEntropyLoss()],
      [
        'CrossEntropyLoss with smoothing and weights',
        () => new nn.CrossEntropyLoss({ labelSmoothing: 0.1, weight: [1, 2, 3] }),
      ],
      ['NLLLoss', () => new nn.NLLLoss()],
      ['NLLLoss with weights', () => new nn.NLLLoss({ weight: [1, 2, 3] })],
    ] as const) {
      it(`${what}: the mean of ignored targets is NaN, their gradient 0`, async () => {
        const { output, gradInput } = await run(build(), logits(), labels([-100, -100]));
        expect(output).to.deep.equal([Number.NaN]);
        expect(gradInput.map(Math.abs)).to.deep.equal([0, 0, 0, 0, 0, 0]);
      });
    }

    it('weights that sum to 0 make the mean NaN', async () => {
      const { output, gradInput } = await run(new nn.CrossEntropyLoss({ weight: [0, 1, 2] }), logits(), labels([0, 0]));
      expect(output).to.deep.equal([Number.NaN]);
      expect(gradInput).to.deep.equal(Array(6).fill(Number.NaN));
    });

    for (const index of [3, -1, 1000, -2147483648]) {
      it(`a target of class ${index} among 3 makes the loss NaN`, async () => {
        for (const options of [{}, { labelSmoothing: 0.1 }, { weight: [1, 2, 3] }]) {
          for (const reduction of ['mean', 'sum'] as const) {
            const { output } = await run(
              new nn.CrossEntropyLoss({ ...options, reduction }),
              logits(),
              labels([1, index]),
            );
            expect(output).to.deep.equal([Number.NaN]);
          }
          const { output } = await run(
            new nn.CrossEntropyLoss({ ...options, reduction: 'none' }),
            logits(),
            labels([1, index]),
          );
          expect(output.map(Number.isNaN)).to.deep.equal([false, true]);
        }
        const { output } = await run(new nn.NLLLoss(), logits(), labels([1, index]));
        expect(output).to.deep.equal([Number.NaN]);
        const ignored = await run(new nn.NLLLoss({ ignoreIndex: index }), logits(), labels([1, index]));
        expect(ignored.output, 'unless it is ignored').to.deep.equal([-2]);
      });
    }

    it('a class of probability 0 that is not the target does no harm', async () => {
      const masked = tf.tensor2d([[0, Number.NEGATIVE_INFINITY, 0]]);
      const { output, gradInput } = await run(new nn.CrossEntropyLoss(), masked, labels([2]));
      expect(output[0]).to.be.closeTo(Math.log(2), 1e-6);
      for (const [index, want] of [0.5, 0, -0.5].entries()) expect(gradInput[index]).to.be.closeTo(want, 1e-6);
      const certain = tf.tensor2d([[0, Number.NEGATIVE_INFINITY]]);
      const likelihood = await run(new nn.NLLLoss(), certain, labels([0]));
      expect([likelihood.output[0]! + 0, ...likelihood.gradInput.map((x) => x + 0)]).to.deep.equal([0, -1, 0]);
    });

    for (const [name, build] of Object.entries(all)) {
      it(`${name}: the mean of no batch is NaN`, async () => {
        const { output, gradInput } = await run(build(), tf.zeros([0, 3]), tf.zeros([0, 3]));
        expect(output).to.deep.equal([Number.NaN]);
        expect(gradInput).to.deep.equal([]);
      });
    }

    it('CrossEntropyLoss and NLLLoss: the mean of no batch is NaN', async () => {
      for (const loss of [new nn.CrossEntropyLoss(), new nn.NLLLoss({ weight: [1, 2, 3] })]) {
        const { output, gradInput } = await run(loss, tf.zeros([0, 3]), labels([]));
        expect(output).to.deep.equal([Number.NaN]);
        expect(gradInput).to.deep.equal([]);
      }
    });

    it("BCELoss: probabilities of 0 and 1 have PyTorch's loss and gradients", async () => {
      const input = tf.tensor1d([0, 1, 0, 1, 0.5]);
      const { output, gradInput, gradTarget } = await run(
        new nn.BCELoss({ reduction: 'none' }),
        input,
        tf.tensor1d([0, 0, 1, 1, 0.3]),
      );
      for (const [index, want] of [0, 100, 100, 0, Math.LN2].entries()) expect(output[index]).to.be.closeTo(want, 1e-5);
      for (const [index, want] of [0, 1e12, -1e12, 0, 0.8].entries()) {
        expect(gradInput[index]).to.be.closeTo(want, 1e-6 * Math.max(1, Math.abs(want)));
      }
      expect(gradTarget).to.deep.equal([Infinity, -Infinity, Infinity, -Infinity, 0]);
    });

    it('BCELoss: what is no probability makes the loss NaN', async () => {
      for (const wrong of [-0.5, 1.5]) {
        const { output } = await run(new nn.BCELoss(), tf.tensor1d([0.5, wrong]), tf.tensor1d([1, 1]));
        expect(output, `${wrong}`).to.deep.equal([Number.NaN]);
      }
    });

    it('KLDivLoss: a target of 0 costs nothing, a negative one is NaN', async () => {
      const { output, gradInput } = await run(
        new nn.KLDivLoss({ reduction: 'none' }),
        tf.tensor1d([-1, -2, -3]),
        tf.tensor1d([0, 1, -1]),
      );
      expect(output.map((x) => x + 0)).to.deep.equal([0, 2, Number.NaN]);
      expect(gradInput.map((x) => x + 0)).to.deep.equal([0, -1, 1]);
    });

    it('BCEWithLogitsLoss counts the channels of images by posWeight [C]', async () => {
      const [x, target] = [tf.randomNormal([2, 3, 4, 2]), tf.randomUniform([2, 3, 4, 2])];
      const [rows, rowTargets] = [tf.reshape(x, [24, 2]), tf.reshape(target, [24, 2])];
      const images = await run(new nn.BCEWithLogitsLoss({ posWeight: [2, 0.5] }), x, target);
      const flat = await run(new nn.BCEWithLogitsLoss({ posWeight: [2, 0.5] }), rows, rowTargets);
      expect(images).to.deep.equal(flat);
    });

    it('keep their weights in the state dict, spelled as in PyTorch', async () => {
      const given = tf.tensor1d([1, 2]);
      const binary = new nn.BCEWithLogitsLoss({ weight: given, posWeight: [3, 4] });
      const state = await binary.stateDict();
      expect([...state]).to.deep.equal([
        ['weight', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
        ['pos_weight', { dtype: 'float32', shape: [2], data: Float32Array.of(3, 4) }],
      ]);
      expect([...binary.parameters()]).to.deep.equal([]);
      for (const loss of [
        new nn.CrossEntropyLoss({ weight: given }),
        new nn.NLLLoss({ weight: given }),
        new nn.BCELoss({ weight: given }),
      ]) {
        expect([...(await loss.stateDict()).keys()], loss.typeName).to.deep.equal(['weight']);
        loss.dispose();
      }
      for (const loss of [new nn.CrossEntropyLoss({ weight: null }), new nn.BCEWithLogitsLoss()]) {
        expect([...(await loss.stateDict()).keys()], loss.typeName).to.deep.equal([]);
      }
      binary.dispose();
      expect(given.isDisposed, "the caller's tensor").to.equal(false);
      given.dispose();
    });

    it('warn once of a target that is broadcast, and not in production', () => {
      const { warn } = console;
      const warnings: string[] = [];
      console.warn = (text: string) => warnings.push(text);
      // A shape of its own on each backend: what was warned of is remembered.
      const size = { cpu: 5, wasm: 7, tensorflow: 9 }[backend];
      const forward = () => tf.tidy(() => void new nn.MSELoss().forward(tf.zeros([size, 1]), tf.zeros([size])));
      try {
        tf.env().set('PROD', true);
        tf.tidy(() => void new nn.L1Loss().forward(tf.zeros([size, 1]), tf.zeros([size])));
        tf.env().set('PROD', false);
        forward();
        forward();
      } finally {
        console.warn = warn;
      }
      expect(warnings).to.deep.equal([
        `MSELoss: the target's shape [${size}] is not the input's [${size}, 1], so both are broadcast to [${size}, ${size}], ` +
          'which is seldom meant. Reshape one of them.',
      ]);
    });

    it('take a number in the place of an infinite or huge difference', async () => {
      const [input, target] = [tf.tensor1d([1e25, -1e25, 3]), tf.tensor1d([0, 0, 3])];
      const huber = await run(new nn.HuberLoss({ reduction: 'none', delta: 2 }), input, target);
      expect(huber.output.map((x) => x / 2e25).map(Math.round)).to.deep.equal([1, 1, 0]);
      expect(huber.gradInput).to.deep.equal([2, -2, 0]);
    });
  });
});
