import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, expectError, float32, valuesOf } from './support.js';

describe('Parameter', () => {
  forEachBackend(() => {
    it('and buffers print their shape', () => {
      using conv = new nn.Conv2d(3, 64, 11);
      using lazy = new nn.LazyConv2d(8, 3);
      using norm = new nn.BatchNorm2d(4);
      conv.requiresGrad(false);
      expect(String(conv.weight)).to.equal('Parameter(shape=[64, 3, 11, 11], requiresGrad=false)');
      expect(String(lazy.weight)).to.equal('Parameter(shape=[8, ?, 3, 3], requiresGrad=true)');
      expect(String(norm.running_mean)).to.equal('Buffer(shape=[4], dtype=float32)');
      expect(String(norm.num_batches_tracked)).to.equal('Counter(0)');
    });

    it("takes a tensor as it lies in memory and saves it in PyTorch's layout", async () => {
      using linear = new nn.Linear(2, 3, { bias: false });
      linear.weight.dispose();
      (linear as { weight: nn.Parameter }).weight = new nn.Parameter(counting([2, 3]), { layout: 'linear' }); // [in, out]
      expect(linear.weight.shape).to.deep.equal([3, 2]);
      const saved = (await linear.stateDict()).get('weight')!;
      expect(saved.shape).to.deep.equal([3, 2]);
      expect([...saved.data]).to.deep.equal([1, 4, 2, 5, 3, 6]);
      linear.loadStateDict(new Map([['weight', float32([3, 2], [1, 2, 3, 4, 5, 6])]]));
      expect(await valuesOf(linear.weight.value)).to.deep.equal([1, 3, 5, 2, 4, 6]);
      const weight = new nn.Parameter(tf.zeros([11, 7, 3, 64]), { layout: 'conv2d' }); // HWIO
      expect(weight.shape).to.deep.equal([64, 3, 11, 7]);
      weight.dispose();
    });

    it('refuses a layout that does not fit the tensor', () => {
      const x = tf.zeros([2, 3]);
      for (const layout of ['conv2d', 'hwio'] as const) {
        expectError(
          () => new nn.Parameter(x, { layout: layout as 'conv2d' }),
          'ShapeError',
          'Parameter: expected a layout among plain, conv2d (rank 4), convTranspose2d (rank 4), linear (rank 2), ' +
            `got '${layout}' for shape [2, 3]. Give the layout that fits the tensor.`,
        );
      }
      x.dispose();
    });
  });
});
