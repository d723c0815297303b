import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { manualSeed, nn } from 'tfjs-zoo';
import { BatchNormAct2d, Conv2dSame, SelectAdaptivePool2d } from '../../src/nn/timm/index.js';
import { forEachBackend } from '../support/backends.js';
import { counting, expectError, valuesOf } from './support.js';

async function expectSame(got: tf.Tensor, want: tf.Tensor, what: string): Promise<void> {
  expect(got.shape, what).to.deep.equal(want.shape);
  const values = await valuesOf(want);
  for (const [i, value] of (await valuesOf(got)).entries()) expect(value, what).to.be.closeTo(values[i]!, 1e-4);
  tf.dispose([got, want]);
}

describe("timm's layers", () => {
  forEachBackend(() => {
    it("pad as TensorFlow's 'same', whatever the size", async () => {
      manualSeed(0);
      for (const [kernelSize, stride] of [
        [3, 2],
        [5, 2],
        [2, 1],
        [1, 3],
        [[3, 4], 3],
      ] as const) {
        using conv = new Conv2dSame(2, 3, kernelSize, { stride, bias: false });
        for (const [height, width] of [
          [1, 1],
          [7, 8],
          [9, 4],
        ] as const) {
          const x = tf.randomNormal([2, height, width, 2], 0, 1, 'float32', 1) as tf.Tensor4D;
          const want = tf.conv2d(x, conv.weight.value as tf.Tensor4D, stride, 'same');
          const what = `kernel ${kernelSize}, stride ${stride}, size ${height} × ${width}`;
          await expectSame(conv.forward(x), want, what);
          const one = tf.tidy(() => [
            conv.forward(tf.slice(x, 0, 1)),
            conv.forward(tf.squeeze(tf.slice(x, 0, 1), [0])),
          ]);
          await expectSame(
            one[1]!,
            tf.tidy(() => tf.squeeze(one[0]!, [0])),
            `${what}, no batch`,
          );
          tf.dispose([x, one]);
        }
      }
    });

    it('pad for what a dilation reaches', async () => {
      using conv = new Conv2dSame(1, 1, 3, { stride: 2, dilation: 2, bias: false });
      conv.loadStateDict(
        new Map([['weight', { dtype: 'float32', shape: [1, 1, 3, 3], data: new Float32Array(9).fill(1) }]]),
      );
      const x = counting([1, 4, 4, 1]);
      const y = conv.forward(x);
      // In all 3 rows and columns of zeros: 1 before, 2 behind; so a window sees rows 1 and 3 at both places.
      expect(y.shape).to.deep.equal([1, 2, 2, 1]);
      expect(await valuesOf(y)).to.deep.equal([44, 44, 44, 44]);
      tf.dispose([x, y]);
    });

    it('normalise, then activate, and count batches', async () => {
      using norm = new BatchNormAct2d(3, new nn.ReLU6(), { eps: 1e-3 });
      const plain = new nn.BatchNorm2d(3, { eps: 1e-3 });
      const x = tf.randomNormal([4, 5, 5, 3], 1, 9, 'float32', 2);
      for (const mode of [true, false]) {
        const want = tf.tidy(() => tf.clipByValue(plain.train(mode).forward(x), 0, 6));
        await expectSame(norm.train(mode).forward(x), want, `training ${mode}`);
      }
      expect(norm.num_batches_tracked!.value).to.equal(1n);
      expect([...norm.namedStates().keys()]).to.deep.equal([...plain.namedStates().keys()]);
      plain.dispose();
      x.dispose();
    });

    it('pool to the mean of each channel', async () => {
      const x = counting([2, 2, 2, 2]);
      const y = new SelectAdaptivePool2d().forward(x);
      expect(y.shape).to.deep.equal([2, 2]);
      expect(await valuesOf(y)).to.deep.equal([4, 5, 12, 13]);
      tf.dispose([x, y]);
    });

    it('refuse what Conv2d refuses', () => {
      using conv = new Conv2dSame(2, 3, 3, { stride: 2 });
      const x = tf.zeros([4, 2]);
      expectError(
        () => conv.forward(x),
        'ShapeError',
        'Conv2d: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [4, 2]. Add the missing axis with tf.expandDims.',
      );
      x.dispose();
    });
  });
});
