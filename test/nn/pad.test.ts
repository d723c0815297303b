import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

const { pad } = nn.functional;

async function padded(x: tf.Tensor, padding: number[], options: nn.functional.PadOptions = {}) {
  const y = pad(x, padding, options);
  const result = { shape: y.shape, values: await valuesOf(y) };
  tf.dispose([x, y]);
  return result;
}

describe('functional.pad', () => {
  forEachBackend(() => {
    it('counts the dimensions of images as PyTorch does, W first, then H, C and N', async () => {
      const shapeOf = async (padding: number[]) => (await padded(tf.zeros([1, 4, 5, 3]), padding)).shape;
      expect(await shapeOf([1, 0])).to.deep.equal([1, 4, 6, 3]);
      expect(await shapeOf([1, 0, 2, 0])).to.deep.equal([1, 6, 6, 3]);
      expect(await shapeOf([1, 0, 2, 0, 3, 0])).to.deep.equal([1, 6, 6, 6]);
      expect(await shapeOf([1, 0, 2, 0, 3, 0, 4, 0])).to.deep.equal([5, 6, 6, 6]);
      const { values } = await padded(counting([1, 1, 2, 2]), [0, 1, 0, 0, 1, 0], { value: 9 });
      expect(values).to.deep.equal([9, 1, 2, 9, 3, 4, 9, 9, 9]);
    });

    it('counts the axes of other tensors as they lie, the last one first', async () => {
      expect((await padded(tf.zeros([2, 3, 4]), [1, 0, 2, 0])).shape).to.deep.equal([2, 5, 5]);
      const { shape, values } = await padded(counting([2, 2]), [1, 1], { mode: 'reflect' });
      expect(shape).to.deep.equal([2, 4]);
      expect(values).to.deep.equal([2, 1, 2, 1, 4, 3, 4, 3]);
    });

    it('mirrors the whole tensor and wraps round the cropped one', async () => {
      const row = () => counting([1, 4]);
      expect((await padded(row(), [-1, 3], { mode: 'reflect' })).values).to.deep.equal([2, 3, 4, 3, 2, 1]);
      expect((await padded(row(), [-3, 4], { mode: 'replicate' })).values).to.deep.equal([4, 4, 4, 4, 4]);
      expect((await padded(row(), [-1, 3], { mode: 'circular' })).values).to.deep.equal([2, 3, 4, 2, 3, 4]);
      expect((await padded(row(), [-4, 2])).values).to.deep.equal([0, 0]);
    });

    it('pads with any value, and every dtype', async () => {
      expect((await padded(counting([1]), [1, 0], { value: -Infinity })).values).to.deep.equal([-Infinity, 1]);
      for (const mode of ['constant', 'reflect', 'replicate', 'circular'] as const) {
        const y = tf.tidy(() => pad(tf.tensor1d([1, 2, 3], 'int32'), [1, 1], { mode }));
        expect(y.dtype).to.equal('int32');
        y.dispose();
      }
    });

    it('keeps Infinity and NaN where they are', async () => {
      const odd = () => tf.tensor2d([Infinity, 1, NaN], [1, 3]);
      expect((await padded(odd(), [1, 1], { mode: 'reflect' })).values).to.deep.equal([1, Infinity, 1, NaN, 1]);
      expect((await padded(odd(), [2, 0], { mode: 'circular' })).values).to.deep.equal([1, NaN, Infinity, 1, NaN]);
    });

    it('crops to nothing', async () => {
      for (const mode of ['constant', 'circular'] as const) {
        expect((await padded(counting([2, 4]), [-2, -2], { mode })).shape).to.deep.equal([2, 0]);
      }
    });

    it('gives a new tensor where there is nothing to do', () => {
      const x = counting([2, 2]);
      const y = pad(x, []);
      expect(y).not.to.equal(x);
      x.dispose();
      expect(y.isDisposed).to.equal(false);
      y.dispose();
    });
  });
});
