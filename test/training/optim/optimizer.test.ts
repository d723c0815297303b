import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, ShapeError, training, ZooError } from 'tfjs-zoo';
import { valuesOf } from '../../nn/support.js';
import { forEachBackend } from '../../support/backends.js';

const parameter = (values: number[]) => new nn.Parameter(tf.tensor1d(values));

/** All gradients 1. */
function ones(parameters: Iterable<nn.Parameter>): Map<nn.Parameter, tf.Tensor> {
  return new Map([...parameters].map((each) => [each, tf.onesLike(each.value)]));
}

describe('optimizers', () => {
  forEachBackend(() => {
    for (const name of ['SGD', 'Adam', 'AdamW', 'RMSprop'] as const) {
      it(`${name} keeps memory flat, in a tidy too, and frees what it kept`, () => {
        using model = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2));
        const options = { lr: 0.1, momentum: 0.9, weightDecay: 0.1, nesterov: true };
        const before = tf.memory().numTensors;
        const optimizer = new training[name](
          model.parameters(),
          name === 'SGD' ? options : name === 'RMSprop' ? { momentum: 0.9, centered: true } : { amsgrad: true },
        );
        const step = () => {
          const grads = ones(model.parameters());
          optimizer.step(grads);
          tf.dispose([...grads.values()]);
        };
        step();
        const after = tf.memory().numTensors;
        expect(after).to.be.greaterThan(before);
        for (let i = 0; i < 5; i++) step();
        tf.tidy(step);
        step();
        expect(tf.memory().numTensors).to.equal(after);
        optimizer.dispose();
        optimizer.dispose();
        expect(tf.memory().numTensors).to.equal(before);
        step();
        optimizer.dispose();
      });
    }

    it('leave a parameter without a gradient, and its state, as they are', async () => {
      const [moved, still] = [parameter([1, 2]), parameter([3])];
      still.requiresGrad = false;
      using optimizer = new training.SGD([moved, still], { lr: 0.5, momentum: 0.9, weightDecay: 0.1 });
      const grads = ones([moved]);
      optimizer.step(grads);
      expect(await valuesOf(still.value)).to.deep.equal([3]);
      expect([...(await optimizer.stateDict()).state.keys()]).to.deep.equal([0]);
      tf.dispose([...grads.values()]);
      for (const each of [moved, still]) each.dispose();
    });

    it('give the state of the moment of the call', async () => {
      const own = parameter([1, 2]);
      using optimizer = new training.SGD([own], { lr: 0.5, momentum: 0.9 });
      const grads = ones([own]);
      optimizer.step(grads);
      const reading = optimizer.stateDict();
      optimizer.step(grads);
      const buffer = async (from: Promise<training.OptimizerStateDict>) => [
        ...((await from).state.get(0)!.momentum_buffer!.data as Float32Array),
      ];
      expect(await buffer(reading)).to.deep.equal([1, 1]);
      expect(await buffer(optimizer.stateDict())).to.deep.equal([Math.fround(1.9), Math.fround(1.9)]);
      tf.dispose([...grads.values()]);
      own.dispose();
    });

    it('pass over the gradient of a parameter that is in no group', async () => {
      const [own, other] = [parameter([1]), parameter([2])];
      using optimizer = new training.SGD([own], { lr: 1 });
      const grads = ones([own, other]);
      optimizer.step(grads);
      expect([...(await valuesOf(own.value)), ...(await valuesOf(other.value))]).to.deep.equal([0, 2]);
      tf.dispose([...grads.values()]);
      for (const each of [own, other]) each.dispose();
    });

    it('take what is changed in a group, and a group that is added', async () => {
      const [first, second] = [parameter([1]), parameter([1])];
      using optimizer = new training.SGD([first], { lr: 1 });
      optimizer.paramGroups[0]!.lr = 0.25;
      optimizer.addParamGroup({ params: second, weightDecay: 2 });
      expect(optimizer.paramGroups[1]!.lr).to.equal(1);
      const grads = ones([first, second]);
      optimizer.step(grads);
      expect([...(await valuesOf(first.value)), ...(await valuesOf(second.value))]).to.deep.equal([0.75, -2]);
      tf.dispose([...grads.values()]);
      for (const each of [first, second]) each.dispose();
    });
  });

  describe('without tensors', () => {
    before(() => backends.use('cpu'));

    it('print what PyTorch prints', () => {
      using model = new nn.Linear(3, 2);
      const { weight, bias } = model;
      const optimizer = new training.Adam([{ params: weight }, { params: [bias!], lr: 1e-5, betas: [0.5, 0.9] }], {
        lr: 2,
      });
      const group = (i: number, betas: string, lr: string) =>
        `Parameter Group ${i}\n    amsgrad: False\n    betas: ${betas}\n    capturable: False\n    decoupled_weight_decay: False\n` +
        `    differentiable: False\n    eps: 1e-08\n    foreach: None\n    fused: None\n    lr: ${lr}\n    maximize: False\n    weight_decay: 0\n`;
      expect(String(optimizer)).to.equal(`Adam (\n${group(0, '(0.9, 0.999)', '2')}${group(1, '(0.5, 0.9)', '1e-05')})`);
    });

    it("have PyTorch's defaults", () => {
      const params = [lazy()];
      const { params: _, ...sgd } = new training.SGD(params).paramGroups[0]!;
      expect(sgd).to.deep.equal({
        lr: 0.001,
        momentum: 0,
        dampening: 0,
        weightDecay: 0,
        nesterov: false,
        maximize: false,
        foreach: null,
        differentiable: false,
        fused: null,
      });
      const adam = { lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false, maximize: false, foreach: null };
      expect(new training.Adam(params).paramGroups[0]!).to.deep.include({ ...adam, weightDecay: 0 });
      expect(new training.AdamW(params).paramGroups[0]!).to.deep.include({ ...adam, weightDecay: 0.01 });
      expect(new training.RMSprop(params).paramGroups[0]!).to.deep.include({
        lr: 0.01,
        alpha: 0.99,
        eps: 1e-8,
        weightDecay: 0,
        momentum: 0,
        centered: false,
      });
    });

    it('take an option that is undefined for one that is not given', () => {
      expect(new training.SGD([lazy()], { lr: undefined as never, momentum: 0.9 }).paramGroups[0]!.lr).to.equal(0.001);
    });

    const wrong: [what: string, build: () => unknown, text: string][] = [
      [
        'every option that is out of range',
        () => new training.SGD([lazy()], { lr: -0.5, momentum: -1, weightDecay: Number.NaN }),
        'SGD: expected lr to be a number of at least 0, momentum to be a number of at least 0, weightDecay to be a number of at least 0, got -0.5, -1, NaN. Correct what is out of range.',
      ],
      [
        'a number as text',
        () => new training.SGD([lazy()], { lr: '0.1' as never }),
        "SGD: expected lr to be a number of at least 0, got '0.1'.",
      ],
      [
        'betas of 1',
        () => new training.Adam([lazy()], { betas: [1, 0.5], eps: -1 }),
        'Adam: expected betas to be two numbers from 0 to below 1, eps to be a number of at least 0, got [1, 0.5], -1.',
      ],
      [
        'one beta',
        () => new training.AdamW([lazy()], { betas: [0.9] as never }),
        'AdamW: expected betas to be two numbers from 0 to below 1, got [0.9].',
      ],
      [
        'an alpha below 0',
        () => new training.RMSprop([lazy()], { alpha: -0.1, momentum: -2 }),
        'RMSprop: expected alpha to be a number of at least 0, momentum to be a number of at least 0, got -0.1, -2.',
      ],
      [
        'Nesterov without a momentum',
        () => new training.SGD([lazy()], { nesterov: true }),
        'SGD: expected a momentum and no dampening with nesterov, got momentum 0 and dampening 0. Give { momentum: 0.9 }.',
      ],
      [
        'Nesterov with dampening',
        () => new training.SGD([lazy()], { nesterov: true, momentum: 0.9, dampening: 0.5 }),
        'got momentum 0.9 and dampening 0.5.',
      ],
      [
        'what cannot be honoured',
        () => new training.Adam([lazy()], { differentiable: true as never, capturable: true as never }),
        'Adam: expected capturable to be false, differentiable to be false, got true, true.',
      ],
      [
        "PyTorch's positional learning rate",
        () => new training.SGD([lazy()], 0.1 as never),
        'SGD: expected an options object with lr, momentum, dampening, weightDecay, nesterov, maximize, foreach, differentiable, fused, got 0.1. Write { lr: 0.1 }.',
      ],
      [
        "PyTorch's spelling",
        () => new training.SGD([lazy()], { weight_decay: 0.1 } as never),
        "got option 'weight_decay'. Did you mean weightDecay?",
      ],
      [
        'an option of another optimizer',
        () => new training.AdamW([lazy()], { decoupledWeightDecay: false } as never),
        "got option 'decoupledWeightDecay'. Correct its name or leave it out.",
      ],
      [
        'no parameters',
        () => new training.SGD([]),
        'SGD: expected parameters, got an empty list. Give model.parameters(),',
      ],
      [
        'one Parameter',
        () => new training.SGD(lazy() as never),
        'SGD: expected parameters, or an array of groups, got one Parameter. Put it into an array.',
      ],
      [
        'a module',
        () => new training.SGD(new nn.ReLU() as never),
        'SGD: expected parameters, or an array of groups, got a ReLU. Give its parameters().',
      ],
      ['nothing', () => new training.SGD(undefined as never), 'got undefined. Give model.parameters().'],
      [
        'what is no Parameter',
        () => new training.SGD([lazy(), new nn.ReLU(), 3] as never),
        'SGD: group 0: expected nn.Parameters only, got a ReLU, number among 3. Give its parameters().',
      ],
      [
        'a group without params',
        () => new training.SGD([{ params: [lazy()] }, { lr: 0.1 }] as never),
        'SGD: group 1: expected a group { params: [...] } of parameters, got object. Give model.parameters().',
      ],
      [
        'a group whose params are a module',
        () => new training.SGD([{ params: new nn.ReLU() }] as never),
        'SGD: group 0: expected a group { params: [...] } of parameters, got a ReLU. Give its parameters().',
      ],
      [
        'an option of a group that is out of range',
        () => new training.SGD([{ params: [lazy()], lr: -2 }]),
        'SGD: group 0: expected lr to be a number of at least 0, got -2.',
      ],
      [
        'a parameter that is twice in a group',
        () => {
          const shared = lazy();
          return new training.SGD([shared, shared]);
        },
        'SGD: group 0: expected each parameter once, in one group, got 1 again: Parameter(shape=[2], requiresGrad=true).',
      ],
      [
        'a parameter that is in two groups',
        () => {
          const shared = lazy();
          return new training.SGD([{ params: [lazy(), shared] }, { params: [shared] }]);
        },
        'SGD: group 1: expected each parameter once, in one group, got 1 again: Parameter(shape=[2], requiresGrad=true). Take',
      ],
    ];
    for (const [what, build, text] of wrong) {
      it(`refuse ${what}`, () => {
        expect(build).to.throw(ZooError, text);
      });
    }

    it('add nothing where a group is refused', () => {
      const shared = lazy();
      const optimizer = new training.SGD([shared]);
      expect(() => optimizer.addParamGroup({ params: [shared] })).to.throw(ZooError, 'SGD: group 1: expected each');
      expect(optimizer.paramGroups).to.have.length(1);
    });

    it('refuse gradients that are no Map, or lie otherwise, before anything is changed', async () => {
      using model = new nn.Linear(3, 2);
      const optimizer = new training.SGD(model.parameters(), { lr: 1 });
      expect(() => optimizer.step({ grads: new Map() } as never)).to.throw(
        ZooError,
        'SGD.step: expected a Map from parameters to gradients, got object. Pass the grads of training.valueAndGrads.',
      );
      const before = await model.stateDict();
      const grads = new Map([
        [model.weight, tf.ones([2, 3])],
        [model.bias!, tf.ones([2])],
      ]);
      expect(() => optimizer.step(grads)).to.throw(
        ShapeError,
        'SGD.step: expected gradients that lie as their parameters in memory, got [2, 3] for [3, 2] (parameter 0 of group 0). Pass them',
      );
      expect(await model.stateDict()).to.deep.equal(before);
      tf.dispose([...grads.values()]);
    });
  });
});

/** A parameter that has no tensor. */
function lazy(): nn.Parameter {
  return new nn.Parameter({ shape: [2], init: () => new Float32Array(2), lazy: true });
}
