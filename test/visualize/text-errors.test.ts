import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

class Several extends nn.Module<[tf.Tensor], unknown> {
  readonly typeName = 'Several';
  readonly #output: (x: tf.Tensor) => unknown;

  constructor(output: (x: tf.Tensor) => unknown) {
    super();
    this.#output = output;
  }

  forward(x: tf.Tensor): unknown {
    return this.#output(x);
  }
}

forEachBackend(() => {
  describe('visualize.torchsummary', () => {
    const linear = () => new nn.Sequential(new nn.Linear(2, 2));

    it('refuses a shape that is none, one that does not fit, and a batch size that is no integer', () => {
      using model = linear();
      expect(() => visualize.torchsummary(model, [])).to.throw(
        'visualize.torchsummary: expected an input shape of positive integers such as [1, 224, 224, 3], got [].',
      );
      expect(() => visualize.torchsummary(model, [1, 3])).to.throw('Linear: expected 2 features on the last axis, got');
      expect(() => visualize.torchsummary(model, [1, 2], { batchSize: 1.5 })).to.throw(
        'visualize.torchsummary: expected batchSize to be an integer, got 1.5. Leave it out for -1.',
      );
      expect(() => visualize.torchsummary(model, [1, 2], { batch: 1 } as never)).to.throw("got option 'batch'");
    });

    const failures: readonly (readonly [what: string, build: () => nn.AnyModule, message: string])[] = [
      [
        'no parameters',
        () => new nn.Sequential(new nn.ReLU()),
        'expected modules with a weight or a bias inside the model, got none.',
      ],
      ['one layer', () => new nn.Linear(2, 2), 'expected modules with a weight or a bias inside the model, got none.'],
      [
        'an output that is no tensor',
        () => new nn.Sequential(new nn.Linear(2, 2), new Several(() => ({}))),
        'expected tensors with a batch axis in and out of every module, got something else at Several.',
      ],
      [
        'an output without a batch',
        () => new nn.Sequential(new nn.Linear(2, 2), new Several(tf.sum)),
        'got something else at Several.',
      ],
      [
        'a tuple of several ranks',
        () => new nn.Sequential(new nn.Linear(2, 2), new Several((x) => [x, tf.sum(x, 1)])),
        'expected a tuple of tensors of one rank, got several ranks from Several.',
      ],
    ];
    for (const [what, build, message] of failures) {
      it(`says that torchsummary fails with ${what}`, () => {
        using model = build();
        expect(() => visualize.torchsummary(model, [1, 2])).to.throw(nn.ZooError, message);
        expect(() => visualize.torchsummary(model, [1, 2])).to.throw('fails with such a model; use visualize.summary.');
      });
    }

    it('leaves modes, statistics and forward as they were', () => {
      using model = new nn.Sequential(new nn.Conv2d(1, 2, 1), new nn.BatchNorm2d(2), new nn.Dropout());
      model.at(2).eval();
      visualize.torchsummary(model, [1, 2, 2, 1]);
      expect([...model.modules()].map(({ training }) => training)).to.deep.equal([true, true, true, false]);
      expect((model.at(1) as nn.BatchNorm2d).num_batches_tracked?.value).to.equal(0n);
      for (const module of model) expect(Object.hasOwn(module, 'forward')).to.equal(false);
    });
  });

  describe('visualize.layerSummary', () => {
    class Parts extends nn.Module {
      readonly typeName = 'Parts';
      readonly parts: nn.ModuleDict;

      constructor(...parts: [string, nn.Module][]) {
        super();
        this.parts = new nn.ModuleDict();
        Object.assign(this, Object.fromEntries(parts));
      }

      forward(x: tf.Tensor): tf.Tensor {
        return tf.clone(x);
      }
    }
    const body = () => new nn.Sequential(new nn.ReLU());

    it('takes net, the Sequential that the model is, or the only one that it has', () => {
      const text = 'ReLU output shape:\t torch.Size([1, 3, 2, 2])';
      const models = [new Parts(['net', body()], ['other', body()]), body(), new Parts(['features', body()])];
      for (const model of models) expect(visualize.layerSummary(model, [1, 2, 2, 3])).to.equal(text);
    });

    it('says of other models that it has nothing to show, and of what its layers are to give', () => {
      expect(() => visualize.layerSummary(new Parts(), [1, 2])).to.throw(
        'visualize.layerSummary: expected a model whose layers are in one Sequential, such as net, got no Sequential in Parts. ' +
          'Use visualize.summary, or give one of its parts.',
      );
      expect(() => visualize.layerSummary(new Parts(['a', body()], ['b', body()]), [1, 2])).to.throw(
        'such as net, got 2, a, b, in Parts.',
      );
      const several = new nn.Sequential(new Several((x) => [tf.clone(x)]));
      expect(() => visualize.layerSummary(several, [1, 2])).to.throw(
        'visualize.layerSummary: expected layers that give a tensor, got an array from Several. Use visualize.summary.',
      );
      using conv = new nn.Sequential(new nn.Conv2d(1, 2, 1));
      expect(() => visualize.layerSummary(conv, [1, 1, 4, 4])).to.throw('This looks like NCHW');
      expect(() => visualize.layerSummary(conv, [0])).to.throw('visualize.layerSummary: expected an input shape of');
    });
  });
});
