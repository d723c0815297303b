import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { valuesOf } from './support.js';

const { conv2d, linear } = nn.functional;

const wave = (shape: number[], step: number) =>
  tf.tidy(() => tf.reshape(tf.sin(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), step)), shape));

/** The gradients of the sum of squares of what an op gives. */
function gradientsOf(op: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  return tf.grads((...given) => tf.sum(tf.square(op(...given))))(inputs);
}

describe('products with a bias', () => {
  forEachBackend(() => {
    it('have the gradients of product and sum', async () => {
      const pairs = tf.tidy(() => {
        const image = [wave([2, 7, 6, 3], 0.7), wave([3, 2, 3, 4], 0.3), wave([4], 1)];
        const rows = [wave([5, 3], 0.7), wave([3, 4], 0.3), wave([4], 1)];
        const options = { stride: 2, padding: 1 } as const;
        const [fused, composed] = [
          [
            ...gradientsOf((x, w, bias) => conv2d(x!, w!, { ...options, bias: bias! }), image),
            ...gradientsOf((x, w, bias) => linear(x!, w!, { bias: bias! }), rows),
          ],
          [
            ...gradientsOf((x, w, bias) => tf.add(conv2d(x!, w!, options), bias!), image),
            ...gradientsOf((x, w, bias) => tf.add(linear(x!, w!), bias!), rows),
          ],
        ] as const;
        return fused.map((gradient, i) => [gradient, composed[i]!]);
      });
      for (const [got, want] of pairs) {
        expect(got!.shape).to.deep.equal(want!.shape);
        const values = await valuesOf(want!);
        for (const [i, value] of (await valuesOf(got!)).entries()) expect(value).to.be.closeTo(values[i]!, 1e-4);
      }
      tf.dispose(pairs);
    });

    it('compute no gradient of an image of which none is asked for', async () => {
      const [x, weight, bias] = [wave([1, 5, 5, 2], 1), wave([3, 3, 2, 4], 1), wave([4], 1)];
      const { kernelNames } = await tf.profile(() =>
        tf.tidy(() => void gradientsOf((w, b) => conv2d(x!, w!, { bias: b! }), [weight, bias])),
      );
      expect(kernelNames).to.include(tf.Conv2DBackpropFilter);
      expect(kernelNames).not.to.include(tf.Conv2DBackpropInput);
      tf.dispose([x, weight, bias]);
    });

    it('take a bias that fits all outputs, and refuse another', async () => {
      const [x, weight, one, three] = [tf.ones([2, 3]), tf.ones([3, 4]), tf.ones([1]), tf.ones([3])];
      const out = linear(x, weight, { bias: one });
      expect(await valuesOf(out)).to.deep.equal(Array(8).fill(4));
      expect(() => linear(x, weight, { bias: three })).to.throw(/could not be broadcast|Incompatible shapes/);
      tf.dispose([x, weight, one, three, out]);
    });
  });
});
