import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createFeatureExtractor, createModel, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectClose } from '../support/golden-close.js';

/** A ReLU that is called twice, one layer that is not called, and one that gives no tensor. */
class Odd extends nn.Module {
  readonly typeName = 'Odd';
  readonly relu = new nn.ReLU();
  readonly unused = new nn.Linear(2, 2);
  readonly pair = new Pair();

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(this.relu.forward(tf.neg(this.relu.forward(x))), this.pair.forward(x)[0]));
  }
}

class Pair extends nn.Module<[tf.Tensor], [tf.Tensor, tf.Tensor]> {
  readonly typeName = 'Pair';
  forward(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
    return [tf.neg(x), tf.clone(x)];
  }
}

const host = async (tensor: tf.Tensor) => ({ shape: tensor.shape, data: await tensor.data() });

forEachBackend(() => {
  describe('createFeatureExtractor', () => {
    it("gives the convolution's own output, although the model computes it together with BatchNorm and ReLU", async () => {
      using model = new nn.Sequential(
        new nn.Conv2d(3, 4, 3),
        new nn.BatchNorm2d(4),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d(4, 2, 3),
        new nn.ReLU(),
      );
      const [conv, norm, relu, second] = [...model];
      nn.init.normal((norm as nn.BatchNorm2d).bias!);
      model.eval();
      const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1);
      const heard = createFeatureExtractor(model, ['3', '0', '1', '2']).forward(x);
      const before = conv!.forward(x);
      const normed = norm!.forward(before);
      const positive = relu!.forward(normed);
      const want = { '0': before, '1': normed, '2': positive, '3': second!.forward(positive) };
      expect(Object.keys(heard).sort()).to.deep.equal(['0', '1', '2', '3']);
      for (const [name, tensor] of Object.entries(want)) {
        expectClose(name, await host(heard[name as '0']), await host(tensor), 1e-5);
      }
      expect(Math.min(...(await heard['1'].data())), 'before the ReLU').to.be.below(0);
      tf.dispose([x, heard, want]);
    });

    it('leaves the model as it was, and keeps nothing', async () => {
      using model = (await createModel('lenet')).eval();
      const x = tf.ones([1, 28, 28, 1]);
      const before = model.forward(x);
      const extractor = createFeatureExtractor(model, ['conv1', 'pool2', 'fc3']);
      const count = tf.memory().numTensors;
      const heard = extractor.forward(x);
      expect(tf.memory().numTensors - count).to.equal(3);
      expect(Object.values(heard).map(({ shape }) => shape)).to.deep.equal([
        [1, 24, 24, 6],
        [1, 4, 4, 16],
        [1, 10],
      ]);
      for (const module of model.modules()) expect(Object.hasOwn(module, 'forward')).to.equal(false);
      const after = model.forward(x);
      expect([...(await after.data())]).to.deep.equal([...(await before.data())]);
      expectClose('fc3', await host(heard.fc3), await host(before), 1e-6);
      tf.dispose([x, before, after, heard]);
    });

    it('renames, takes containers, and goes no further than it must', async () => {
      using model = (await createModel('alexnet', { channels: [4, 4, 4, 4, 4] })).eval();
      const extractor = createFeatureExtractor(model, { 'features.0': 'conv1', features: 'trunk' });
      expect(String(extractor).split('\n')[1]).to.equal('  features.0: conv1, features: trunk');
      const inputs = [tf.zeros([2, 63, 63, 3]), tf.zeros([1, 11, 11, 3])] as const;
      const { conv1, trunk } = extractor.forward(inputs[0]);
      expect([conv1.shape, trunk.shape]).to.deep.equal([
        [2, 15, 15, 4],
        [2, 1, 1, 4],
      ]);
      const small = createFeatureExtractor(model, ['features.0']).forward(inputs[1]);
      expect(small['features.0'].shape, 'too small for what follows').to.deep.equal([1, 2, 2, 4]);
      tf.dispose([...inputs, conv1, trunk, small]);
    });

    it("names repeated calls as torchvision does: 'relu', 'relu_1'", async () => {
      using model = new Odd();
      const x = tf.tensor2d([[-1, 2]]);
      const { relu, relu_1 } = createFeatureExtractor(model, ['relu_1', 'relu']).forward(x);
      expect([[...(await relu.data())], [...(await relu_1.data())].map(Math.abs)]).to.deep.equal([
        [0, 2],
        [0, 0],
      ]);
      tf.dispose([x, relu, relu_1]);
    });

    it('belongs to the scope of the caller, and carries gradients', async () => {
      using model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
      const extractor = createFeatureExtractor(model, ['0']);
      const x = tf.ones([4, 2]);
      const count = tf.memory().numTensors;
      tf.tidy(() => void extractor.forward(x));
      expect(tf.memory().numTensors).to.equal(count);
      const { value, grads } = tf.variableGrads(() => tf.sum(extractor.forward(x)['0']) as tf.Scalar);
      const bias = Object.values(grads).find(({ shape }) => shape.length === 1)!;
      expect([...(await bias.data())]).to.deep.equal([4, 4, 4]);
      tf.dispose([x, value, grads]);
    });

    it('is in the mode of its model', () => {
      using model = new nn.Sequential(new nn.Dropout());
      const extractor = createFeatureExtractor(model, ['0']);
      expect(extractor.training).to.equal(true);
      extractor.eval();
      expect([model.training, model.at(0).training]).to.deep.equal([false, false]);
    });

    it('says what is wrong, with the nearest names, and frees everything', async () => {
      using model = await createModel('lenet');
      using odd = new Odd();
      const x = tf.zeros([1, 2]);
      expect(() => createFeatureExtractor(model, ['conv_1'])).to.throw(
        "createFeatureExtractor: expected the name of a module of LeNet, got 'conv_1'. " +
          'The nearest of 12: conv1, conv2, pool1. namedModules() lists them all.',
      );
      expect(() => createFeatureExtractor(new nn.ReLU(), ['x'])).to.throw("ReLU, got 'x'. It has no modules inside.");
      expect(() => createFeatureExtractor(model, [])).to.throw('expected names of layers, got none.');
      expect(() => createFeatureExtractor(model, { conv1: 'a', conv2: 'a' })).to.throw("each key once, got 'a' again.");
      expect(() => createFeatureExtractor(odd, ['relu', 'unused', 'relu_2']).forward(x)).to.throw(
        'expected Odd.forward to call each layer, got 2 that it did not call: unused, relu_2.',
      );
      expect(() => createFeatureExtractor(odd, ['pair']).forward(x)).to.throw(
        'expected pair to give a tensor, got an array',
      );
      expect(() => createFeatureExtractor(model, ['conv1']).forward(x)).to.throw('Conv2d: expected');
      for (const module of odd.modules()) expect(Object.hasOwn(module, 'forward')).to.equal(false);
      x.dispose();
    });
  });
});
