import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createModel, models, nn, visualize, weights } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { Shared, unfilled } from './odd-models.js';

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

forEachBackend((backend) => {
  describe('visualize.summary', () => {
    it("lists LeNet's layers, shapes and parameters", async () => {
      using model = await createModel('lenet');
      const { rows, parameters, trainable, multiplyAdds, activationBytes } = visualize.summary(model, [2, 28, 28, 1]);
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
      expect(rows.filter((row) => row.multiplyAdds > 0).map((row) => row.multiplyAdds)).to.deep.equal([
        2 * 24 * 24 * 6 * 25,
        2 * 8 * 8 * 16 * 6 * 25,
        2 * 256 * 120,
        2 * 120 * 84,
        2 * 84 * 10,
      ]);
      expect(multiplyAdds).to.equal(2 * 281_640);
      expect(rows[0]!.activationBytes).to.equal(4 * 2 * 24 * 24 * 6);
      expect(activationBytes).to.equal(
        4 * 2 * (2 * 24 * 24 * 6 + 12 * 12 * 6 + 2 * 8 * 8 * 16 + 2 * 256 + 2 * 120 + 2 * 84 + 10),
      );
    });

    it('counts a shared layer once, has a row for each call, and puts layers that were passed by last', () => {
      using model = new Odd();
      const summary = visualize.summary(model, [3, 4]);
      expect(summary.rows).to.deep.equal([
        {
          name: '',
          type: 'Odd',
          outputShape: [3, 4],
          parameters: 4,
          trainable: 4,
          multiplyAdds: 0,
          activationBytes: 48,
        },
        ...[20, 0].map((parameters) => ({
          ...{ name: 'shared', type: 'Linear', outputShape: [3, 4], parameters, trainable: parameters },
          ...{ multiplyAdds: 48, activationBytes: 48 },
        })),
        {
          ...{ name: 'unused', type: 'LazyLinear', outputShape: null, parameters: 0, trainable: 0 },
          ...{ multiplyAdds: 0, activationBytes: 0 },
        },
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
      expect(table).to.match(/^0 +Linear +\[1, 3\] +9 +no +6 +12$/m);
      expect(table).to.match(/^1 +Linear +\[1, 1\] +4 +partly +3 +4$/m);
      expect(table).to.match(/^2 +Linear +\[1, 1\] +2 +yes +1 +4$/m);
      expect(table).to.match(/^15 parameters, 5 of them trainable$/m);
      expect(table).to.match(/^10 multiply-adds, 20 bytes of outputs$/m);
    });

    it("tells shapes in PyTorch's order on request, and numbers for JSON", () => {
      using model = new Shared();
      const { inputShape, order, rows } = visualize.summary(model, [2, 32, 32, 3], { order: 'pytorch' });
      expect([inputShape, order]).to.deep.equal([[2, 3, 32, 32], 'pytorch']);
      expect(rows.map((row) => row.outputShape)).to.deep.equal([
        ...Array.from({ length: 6 }, () => [2, 8, 16, 16]),
        ...[
          [2, 4, 32, 32],
          [2, 4, 32, 32],
          [2, 4, 16, 16],
          [2, 4, 16, 16],
        ],
      ]);
      const summary = visualize.summary(model, [2, 32, 32, 3]);
      expect(summary.order).to.equal('channelsLast');
      expect(summary.rows[0]!.outputShape).to.deep.equal([2, 16, 16, 8]);
      expect(JSON.parse(JSON.stringify(summary))).to.deep.equal(summary);
    });

    it('leaves the features last where PyTorch has them there, and turns sequences that it has the other way', () => {
      using model = new nn.Sequential(
        new nn.Linear(2, 3),
        new nn.LayerNorm(3),
        new nn.ReLU(),
        new nn.Unfold(2),
        new nn.BatchNorm1d(12),
        new nn.Linear(12, 1),
      );
      const { rows } = visualize.summary(model, [1, 4, 5, 2], { order: 'pytorch' });
      expect(rows.map((row) => row.outputShape)).to.deep.equal([
        ...[
          [1, 4, 5, 3],
          [1, 4, 5, 3],
          [1, 3, 4, 5],
          [1, 12, 12],
          [1, 12, 12],
          [1, 12, 1],
        ],
      ]);
    });

    it('counts grouped, transposed and shared convolutions as PyTorch computes them, and linear layers on sequences', () => {
      using model = new Shared();
      const { rows, parameters, trainable, multiplyAdds } = visualize.summary(model, [1, 32, 32, 3]);
      const grouped = 16 * 16 * 8 * (2 * 9);
      const counts = [16 * 16 * 8 * (3 * 9), grouped, grouped, grouped, 16 * 16 * 8 * (2 * 9)];
      expect(rows.map((row) => row.multiplyAdds).filter(Boolean)).to.deep.equal(counts);
      expect(multiplyAdds).to.equal(counts.reduce((sum, count) => sum + count, 0));
      // PyTorch's sum(p.numel() for p in model.parameters()); the text of torchsummary has 1,300.
      expect([parameters, trainable]).to.deep.equal([216 + 16 + 8 + 152 + 148, 16 + 8 + 152 + 144]);
      using linear = new nn.LazyLinear(5);
      expect(visualize.summary(linear, [2, 7, 3]).multiplyAdds).to.equal(2 * 7 * 5 * 3);
    });

    it('counts a parameter of two layers once, and outputs that are several tensors', () => {
      class Tied extends nn.Module<[tf.Tensor], tf.Tensor[]> {
        readonly typeName = 'Tied';
        readonly first = new nn.Linear(3, 3);
        readonly second = new nn.Linear(3, 3);

        forward(x: tf.Tensor): tf.Tensor[] {
          return [this.first.forward(x), this.second.forward(x)];
        }
      }
      class Leaf extends nn.Module<[tf.Tensor], tf.Tensor[]> {
        readonly typeName = 'Leaf';

        forward(x: tf.Tensor): tf.Tensor[] {
          return [tf.neg(x), tf.neg(x)];
        }
      }
      using tied = new Tied();
      tied.second.weight.dispose();
      Object.assign(tied.second, { weight: tied.first.weight });
      const { rows, parameters } = visualize.summary(tied, [1, 3]);
      expect([parameters, ...rows.map((row) => row.parameters)]).to.deep.equal([15, 12, 3]);
      const leaf = visualize.summary(new Leaf(), [2, 5]);
      expect([leaf.rows[0]!.outputShape, leaf.activationBytes]).to.deep.equal([null, 80]);
    });

    it('agrees with the published parameters and operations of every model that has weights', async () => {
      for (const name of models.listModels()) {
        const published = weights.entriesFor(name).filter(({ numParams }) => numParams !== undefined);
        // The same on each backend, and quick on one.
        if (published.length === 0 || (backend !== 'wasm' && name !== 'lenet')) continue;
        const { build } = await models.zoo[name].load();
        using model = unfilled(() => build(published[0]!.options ?? {}));
        const side = published[0]!.transforms?.cropSize ?? model.inputSize;
        const channels = models.inChannelsOf(model);
        const { parameters, multiplyAdds } = visualize.summary(model, [1, side, side, channels]);
        for (const { numParams, gflops } of published) {
          expect(parameters, name).to.equal(numParams);
          if (gflops !== undefined) expect(multiplyAdds / 1e9, name).to.be.closeTo(gflops, 0.0005);
        }
      }
    });

    it('refuses a shape that is none', () => {
      const model = new nn.ReLU();
      expect(() => visualize.summary(model, [1, 0, 2.5])).to.throw(
        'visualize.summary: expected an input shape of positive integers such as [1, 224, 224, 3], got [1, 0, 2.5]. Begin with',
      );
      expect(() => visualize.summary(model, [])).to.throw('such as [1, 224, 224, 3], got [].');
      expect(() => visualize.summary(model, 224 as never)).to.throw('such as [1, 224, 224, 3], got number.');
    });

    it('refuses what is no model, and options that there are not', () => {
      const promise = Promise.resolve() as never;
      expect(() => visualize.summary(promise, [1])).to.throw(
        'visualize.summary: expected a model, got a Promise. Await it first.',
      );
      expect(() => visualize.summary({} as never, [1])).to.throw('expected a model, got object. Give an nn.Module');
      const model = new nn.ReLU();
      expect(() => visualize.summary(model, [1], { order: 'NCHW' as never })).to.throw(
        "visualize.summary: expected order among channelsLast, pytorch, got 'NCHW'. Choose one of them.",
      );
      expect(() => visualize.summary(model, [1], { channelsFirst: true } as never)).to.throw(
        "visualize.summary: expected an options object with order, got option 'channelsFirst'.",
      );
    });
  });
});
