import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, ShapeError, training, UninitializedError, ZooError } from 'tfjs-zoo';
import { valuesOf } from '../../nn/support.js';
import { forEachBackend } from '../../support/backends.js';

/** Two layers that share a weight of [2, 2]. */
class Tied extends nn.Module {
  readonly typeName = 'Tied';
  readonly first = new nn.Linear(2, 2, { bias: false });
  readonly second = new nn.Linear(2, 2, { bias: false });
  readonly spare = new nn.Linear(2, 2);

  constructor() {
    super();
    this.second.weight.dispose();
    (this.second as { weight: nn.Parameter }).weight = this.first.weight;
    this.first.weight.load({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.second.forward(this.first.forward(x)));
  }
}

describe('valueAndGrads', () => {
  forEachBackend(() => {
    it('gives each parameter that is reached its gradient, once', async () => {
      using model = new Tied();
      const x = tf.tensor2d([[1, -1]]);
      const { value, grads } = training.valueAndGrads(model, () => tf.sum(model.forward(x)));
      // y = W W x with W = [[1, 2], [3, 4]]: W x = [-1, -1], y = [-3, -7]
      expect((await value.data())[0]).to.equal(-10);
      expect([...grads.keys()]).to.deep.equal([model.first.weight]);
      // of the second layer 1 (W x)ᵀ, of the first Wᵀ1 xᵀ; [in, out] in memory
      expect(await valuesOf(grads.get(model.first.weight)!)).to.deep.equal([-1 + 4, -1 + 6, -1 - 4, -1 - 6]);
      tf.dispose([x, value, ...grads.values()]);
    });

    it('leaves frozen parameters out, and asks for no gradient of theirs', async () => {
      using model = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 1));
      model.at(0).requiresGrad(false);
      const x = tf.ones([3, 2]);
      const { value, grads } = training.valueAndGrads(model, () => tf.mean(model.forward(x)));
      const last = model.at(1) as nn.Linear;
      expect([...grads.keys()]).to.deep.equal([last.weight, last.bias]);
      expect(await valuesOf(grads.get(last.bias!)!)).to.deep.equal([1]);
      tf.dispose([x, value, ...grads.values()]);
    });

    it('frees what the loss is made of, in a tidy and without, and where it throws', () => {
      using model = new nn.Linear(2, 2);
      const x = tf.ones([3, 2]);
      const before = tf.memory().numTensors;
      tf.tidy(() => void training.valueAndGrads(model, () => tf.mean(tf.square(model.forward(x)))));
      expect(tf.memory().numTensors).to.equal(before);
      expect(() =>
        training.valueAndGrads(model, () => {
          model.forward(x);
          throw new Error('mine');
        }),
      ).to.throw('mine');
      expect(() => training.valueAndGrads(model, () => model.forward(x))).to.throw(ShapeError);
      expect(() => training.valueAndGrads(model, () => tf.mean(x))).to.throw(ZooError);
      expect(tf.memory().numTensors).to.equal(before);
      x.dispose();
    });
  });

  describe('refuses', () => {
    before(() => backends.use('cpu'));

    const wrongLosses: [what: string, fn: () => unknown, text: string][] = [
      ['a vector', () => tf.ones([3]), 'got float32 of shape [3]. Take its tf.mean or tf.sum.'],
      [
        'an integer',
        () => tf.scalar(3, 'int32'),
        'got int32 of shape []. Compute it from the float32 output of the model.',
      ],
      ['a promise', () => Promise.resolve(tf.scalar(1)), 'got a Promise. Make fn synchronous.'],
      ['nothing', () => undefined, 'got undefined. Return a tensor.'],
    ];
    for (const [what, fn, text] of wrongLosses) {
      it(`${what} for a loss`, () => {
        using model = new nn.Linear(2, 2);
        const run = () => training.valueAndGrads(model, fn as () => tf.Tensor);
        expect(run).to.throw(ShapeError, `valueAndGrads: expected fn to give the loss, a float32 scalar, ${text}`);
      });
    }

    it('a loss that depends on no parameter', () => {
      using model = new nn.Linear(2, 2);
      expect(() => training.valueAndGrads(model, () => tf.scalar(1))).to.throw(
        ZooError,
        "expected a loss that depends on the model's parameters, got one that depends on none of 2. Compute it inside fn",
      );
    });

    it('a model of which all is frozen, and one without parameters', () => {
      using model = new nn.Linear(2, 2);
      model.requiresGrad(false);
      const fn = () => tf.scalar(1);
      expect(() => training.valueAndGrads(model, fn)).to.throw(
        ZooError,
        'got 2 parameters, none of which does. Unfreeze',
      );
      expect(() => training.valueAndGrads(new nn.ReLU(), fn)).to.throw(
        ZooError,
        'got 0 parameters, none of which does.',
      );
    });

    it('lazy parameters, all named', () => {
      using model = new nn.Sequential(new nn.LazyLinear(2), new nn.Linear(2, 1), new nn.LazyLinear(2, { bias: false }));
      expect(() => training.valueAndGrads(model, () => tf.scalar(1))).to.throw(
        UninitializedError,
        'expected parameters with values, got 3 without a shape: 0.weight, 0.bias, 2.weight. Run one forward pass',
      );
    });

    it('tfjs-core without gradients', () => {
      const gradient = tf.getGradient('Identity');
      tf.unregisterGradient('Identity');
      try {
        using model = new nn.Linear(2, 2);
        const run = () => training.valueAndGrads(model, () => tf.scalar(1));
        expect(run).to.throw(
          ZooError,
          "got none registered, as with @tensorflow/tfjs-core alone. Import 'tfjs-zoo/backends'",
        );
      } finally {
        tf.registerGradient(gradient);
      }
    });
  });
});
