import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createModel, nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

/** A layer shared by two places, a composite with a parameter of its own, and a layer that forward passes by. */
class Odd extends nn.Module {
  readonly typeName = 'Odd';
  readonly shared = new nn.Linear(4, 4);
  readonly unused = new nn.LazyLinear(3);
  readonly scale = new nn.Parameter(tf.ones([4]));

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.mul(this.shared.forward(this.shared.forward(x)), this.scale.value));
  }
}

forEachBackend(() => {
  describe('visualize.summary', () => {
    it("lists LeNet's layers, shapes and parameters", async () => {
      using model = await createModel('lenet');
      const { rows, parameters, trainable } = visualize.summary(model, [2, 28, 28, 1]);
      expect(rows.map((row) => [row.name, row.type, row.outputShape, row.parameters])).to.deep.equal([
        ['conv1', 'Conv2d', [2, 24, 24, 6], 156],
        ['relu1', 'ReLU', [2, 24, 24, 6], 0],
        ['pool1', 'MaxPool2d', [2, 12, 12, 6], 0],
        ['conv2', 'Conv2d', [2, 8, 8, 16], 2416],
        ['relu2', 'ReLU', [2, 8, 8, 16], 0],
        ['pool2', 'MaxPool2d', [2, 4, 4, 16], 0],
        ['flatten', 'Flatten', [2, 256], 0],
        ['fc1', 'Linear', [2, 120], 30840],
        ['relu3', 'ReLU', [2, 120], 0],
        ['fc2', 'Linear', [2, 84], 10164],
        ['relu4', 'ReLU', [2, 84], 0],
        ['fc3', 'Linear', [2, 10], 850],
      ]);
      expect([parameters, trainable]).to.deep.equal([44426, 44426]);
    });

    it('counts a shared layer once, has a row for each call, and puts layers that were passed by last', () => {
      using model = new Odd();
      const summary = visualize.summary(model, [3, 4]);
      expect(summary.rows).to.deep.equal([
        { name: '', type: 'Odd', outputShape: [3, 4], parameters: 4, trainable: 4 },
        { name: 'shared', type: 'Linear', outputShape: [3, 4], parameters: 20, trainable: 20 },
        { name: 'shared', type: 'Linear', outputShape: [3, 4], parameters: 0, trainable: 0 },
        { name: 'unused', type: 'LazyLinear', outputShape: null, parameters: 0, trainable: 0 },
      ]);
      expect(summary.parameters).to.equal(24);
    });

    it('completes lazy layers and names them by what they became', () => {
      using model = new nn.Sequential(new nn.LazyConv2d(2, 3), new nn.Flatten(), new nn.LazyLinear(5));
      const { rows, parameters } = visualize.summary(model, [1, 4, 4, 1]);
      expect(rows.map(({ type }) => type)).to.deep.equal(['Conv2d', 'Flatten', 'Linear']);
      expect(parameters).to.equal(2 * 9 + 2 + 8 * 5 + 5);
    });

    it('leaves modes, running statistics and forward as they were, even when the input does not fit', () => {
      using model = new nn.Sequential(new nn.Conv2d(1, 2, 1), new nn.BatchNorm2d(2), new nn.Dropout());
      model.at(1).eval();
      visualize.summary(model, [2, 3, 3, 1]);
      expect(() => visualize.summary(model, [2, 3, 3, 5])).to.throw('Conv2d: expected 1 input channels');
      expect([...model.modules()].map(({ training }) => training)).to.deep.equal([true, true, false, true]);
      expect((model.at(1) as nn.BatchNorm2d).num_batches_tracked?.value).to.equal(0n);
      for (const module of model) expect(Object.hasOwn(module, 'forward')).to.equal(false);
    });

    it('keeps a forward that is a property', () => {
      class Arrow extends nn.Module {
        readonly typeName = 'Arrow';
        override forward = (x: tf.Tensor) => tf.neg(x);
      }
      const model = new Arrow();
      const { forward } = model;
      expect(visualize.summary(model, [2]).rows[0]!.outputShape).to.deep.equal([2]);
      expect(model.forward).to.equal(forward);
    });

    it('tells frozen parameters apart', () => {
      using model = new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1), new nn.Linear(1, 1));
      model.at(0).requiresGrad(false);
      (model.at(1) as nn.Linear).bias!.requiresGrad = false;
      const summary = visualize.summary(model, [1, 2]);
      expect(summary.rows.map(({ trainable }) => trainable)).to.deep.equal([0, 3, 2]);
      const table = visualize.summaryTable(summary);
      expect(table).to.match(/^0 +Linear +\[1, 3\] +9 +no$/m);
      expect(table).to.match(/^1 +Linear +\[1, 1\] +4 +partly$/m);
      expect(table).to.match(/^2 +Linear +\[1, 1\] +2 +yes$/m);
      expect(table).to.match(/^15 parameters, 5 of them trainable$/m);
    });

    it('refuses a shape that is none', () => {
      const model = new nn.ReLU();
      expect(() => visualize.summary(model, [1, 0, 2.5])).to.throw(
        'visualize.summary: expected an input shape of positive integers such as [1, 224, 224, 3], got [1, 0, 2.5].',
      );
    });
  });
});
