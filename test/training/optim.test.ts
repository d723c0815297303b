import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, training } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

describe('optimizers', () => {
  forEachBackend(() => {
    it('take gradients of what is not frozen and is reached', async () => {
      using model = new nn.Sequential(new nn.Linear(3, 2), new nn.Linear(2, 1));
      using unused = new nn.Linear(1, 1);
      const both = new nn.ModuleList([model, unused]);
      model.at(0).requiresGrad(false);
      using optimizer = new training.SGD(both.parameters(), { lr: 0.1, momentum: 0.9 });
      const x = tf.ones([4, 3]);
      const before = await both.stateDict();
      for (let step = 0; step < 3; step++) {
        const { value, grads } = training.valueAndGrads(both, () => tf.mean(model.forward(x)));
        const last = model.at(1) as nn.Linear;
        expect([...grads.keys()]).to.deep.equal([last.weight, last.bias]);
        optimizer.step(grads);
        tf.dispose([value, ...grads.values()]);
      }
      const after = await both.stateDict();
      expect(after.get('0.0.weight')).to.deep.equal(before.get('0.0.weight'));
      const bias = (await optimizer.stateDict()).state.get(3)!.momentum_buffer!.data[0];
      expect(bias).to.be.closeTo(1 + 0.9 + 0.81, 1e-6);
      expect(Number(after.get('0.1.bias')!.data[0])).to.be.closeTo(
        Number(before.get('0.1.bias')!.data[0]) - 0.1 * (1 + 1.9 + 2.71),
        1e-5,
      );
      optimizer.loadStateDict(await optimizer.stateDict());
      x.dispose();
    });
  });
});

describe('SGD', () => {
  before(() => backends.use('cpu'));

  it('prints what PyTorch prints', () => {
    using model = new nn.Linear(3, 2);
    expect(String(new training.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }))).to.equal(
      [
        'SGD (',
        'Parameter Group 0',
        '    dampening: 0',
        '    differentiable: False',
        '    foreach: None',
        '    fused: None',
        '    lr: 0.1',
        '    maximize: False',
        '    momentum: 0.9',
        '    nesterov: False',
        '    weight_decay: 0',
        ')',
      ].join('\n'),
    );
  });
});
