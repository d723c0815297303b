import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

describe('ConvTranspose2d', () => {
  forEachBackend(() => {
    it('undoes the shape of a convolution, whose output size names the one meant', () => {
      using down = new nn.Conv2d(3, 5, 3, { stride: 2, padding: 1 });
      using up = new nn.ConvTranspose2d(5, 3, 3, { stride: 2, padding: 1 });
      tf.tidy(() => {
        for (const shape of [
          [2, 12, 11, 3],
          [7, 8, 3],
        ]) {
          const x = tf.zeros(shape);
          const low = down.forward(x);
          expect(up.forward(low, { outputSize: x.shape }).shape).to.deep.equal(shape);
          expect(up.forward(low, { outputSize: shape.slice(-3, -1) }).shape).to.deep.equal(shape);
        }
      });
    });

    it('is what a convolution does to the gradient of its output', async () => {
      const filter = counting([3, 2, 4, 6]) as tf.Tensor4D; // [KH, KW, C, K] of the one, [KH, KW, K, C] of the other
      const options = { stride: 2, padding: 1, dilation: 2 };
      const dy = counting([2, 3, 4, 6]);
      const conv = (x: tf.Tensor) => nn.functional.conv2d(x, filter, options);
      const [want, got] = tf.tidy(() => [
        tf.grad(conv)(tf.zeros([2, 7, 7, 4]), dy),
        nn.functional.convTranspose2d(dy, filter, options),
      ]);
      expect(got!.shape).to.deep.equal([2, 7, 7, 4]);
      expect(await valuesOf(got!)).to.deep.equal(await valuesOf(want!));
      tf.dispose([filter, dy, want!, got!]);
    });

    it('takes an output size for one call only', () => {
      using up = new nn.ConvTranspose2d(2, 1, 2, { stride: 3, outputPadding: 1 });
      tf.tidy(() => {
        const x = tf.zeros([1, 2, 2, 2]);
        expect(up.forward(x, { outputSize: [5, 7] }).shape).to.deep.equal([1, 5, 7, 1]);
        expect(up.forward(x, { outputSize: null }).shape).to.deep.equal([1, 6, 6, 1]);
        expect(up.forward(x).shape).to.deep.equal([1, 6, 6, 1]);
      });
    });

    it("begins within PyTorch's bounds, its fan counted from the second axis of its weight", async () => {
      for (const build of [
        () => new nn.ConvTranspose2d(64, 32, 5, { groups: 4 }),
        () => new nn.LazyConvTranspose2d(32, 5, { groups: 4 }),
      ]) {
        using up = build();
        tf.tidy(() => up.forward(tf.zeros([1, 1, 1, 64])).dispose());
        const bound = 1 / Math.sqrt((32 / 4) * 25);
        for (const values of [await valuesOf(up.weight.value), await valuesOf(up.bias!.value)]) {
          expect(Math.max(...values.map(Math.abs))).to.be.within(bound * 0.8, bound);
          expect(Math.min(...values)).to.be.below(0);
        }
      }
    });
  });
});
