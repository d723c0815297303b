import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

async function expectInverse(there: nn.Module, back: nn.Module, x: tf.Tensor, between: number[]): Promise<void> {
  const y = there.forward(x);
  expect(y.shape).to.deep.equal(between);
  const again = back.forward(y);
  expect(again.shape).to.deep.equal(x.shape);
  expect(await valuesOf(again)).to.deep.equal(await valuesOf(x));
  tf.dispose([x, y, again]);
}

describe('shuffles and Unflatten', () => {
  forEachBackend(() => {
    it('PixelUnshuffle takes PixelShuffle back, also of videos and of an empty batch', async () => {
      const [shuffle, unshuffle] = [new nn.PixelShuffle(2), new nn.PixelUnshuffle(2)];
      await expectInverse(shuffle, unshuffle, counting([2, 3, 2, 8]), [2, 6, 4, 2]);
      await expectInverse(shuffle, unshuffle, counting([2, 2, 1, 3, 4]), [2, 2, 2, 6, 1]);
      await expectInverse(shuffle, unshuffle, tf.zeros([0, 2, 2, 4]), [0, 4, 4, 1]);
      await expectInverse(unshuffle, shuffle, tf.zeros([0, 2, 2, 4]), [0, 1, 1, 16]);
    });

    it('PixelShuffle passes the gradient of an empty batch', () => {
      const gradient = tf.tidy(() =>
        tf.grad((x: tf.Tensor) => tf.sum(nn.functional.pixelShuffle(x, 2)))(tf.zeros([0, 3, 2, 8])),
      );
      expect(gradient.shape).to.deep.equal([0, 3, 2, 8]);
      gradient.dispose();
    });

    it('ChannelShuffle of the transposed number of groups takes it back, also of one image', async () => {
      const [shuffle, back] = [new nn.ChannelShuffle(2), new nn.ChannelShuffle(3)];
      await expectInverse(shuffle, back, counting([2, 2, 1, 6]), [2, 2, 1, 6]);
      await expectInverse(shuffle, back, counting([2, 2, 6]), [2, 2, 6]);
      const shuffled = tf.tidy(() => shuffle.forward(counting([1, 1, 6])));
      expect(await valuesOf(shuffled)).to.deep.equal([1, 4, 2, 5, 3, 6]);
      shuffled.dispose();
    });

    it('Unflatten takes Flatten back', async () => {
      await expectInverse(new nn.Flatten(), new nn.Unflatten(1, [2, 3, 4]), counting([2, 3, 4, 2]), [2, 24]);
      await expectInverse(
        new nn.Flatten({ startDim: 2 }),
        new nn.Unflatten(-1, [3, -1]),
        counting([2, 3, 4, 2]),
        [2, 2, 12],
      );
      await expectInverse(
        new nn.Flatten({ startDim: 0, endDim: 1 }),
        new nn.Unflatten(0, [2, 2]),
        counting([2, 3, 4, 2]),
        [4, 3, 4],
      );
    });
  });
});
