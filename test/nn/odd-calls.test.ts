import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

async function forward(module: nn.Module, x: tf.Tensor): Promise<{ shape: number[]; values: number[] }> {
  const y = module.forward(x);
  const result = { shape: y.shape, values: await valuesOf(y) };
  tf.dispose([x, y]);
  module.dispose();
  return result;
}

describe('odd but legal calls', () => {
  forEachBackend(() => {
    const empty: [name: string, build: () => nn.Module, input: number[], output: number[]][] = [
      ['Conv2d', () => new nn.Conv2d(2, 4, 3, { stride: 2, padding: 1 }), [0, 5, 5, 2], [0, 3, 3, 4]],
      ['Conv2d', () => new nn.Conv2d(2, 4, 3, { groups: 2, padding: 'same' }), [0, 5, 5, 2], [0, 5, 5, 4]],
      ['Conv2d', () => new nn.Conv2d(4, 4, 3, { groups: 2, dilation: 2 }), [0, 5, 5, 4], [0, 1, 1, 4]],
      ['Conv2d', () => new nn.Conv2d(2, 4, 3, { padding: 1, paddingMode: 'circular' }), [0, 5, 4, 2], [0, 5, 4, 4]],
      ['MaxPool2d', () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }), [0, 5, 5, 2], [0, 3, 3, 2]],
      ['MaxPool2d', () => new nn.MaxPool2d(2, { dilation: 2 }), [0, 5, 5, 2], [0, 2, 2, 2]],
      ['AvgPool2d', () => new nn.AvgPool2d(2, { ceilMode: true, countIncludePad: false }), [0, 5, 5, 2], [0, 3, 3, 2]],
      ['AdaptiveAvgPool2d', () => new nn.AdaptiveAvgPool2d([7, null]), [0, 5, 5, 2], [0, 7, 5, 2]],
      ['AdaptiveMaxPool2d', () => new nn.AdaptiveMaxPool2d([7, null]), [0, 5, 5, 2], [0, 7, 5, 2]],
      ['BatchNorm2d', () => new nn.BatchNorm2d(2), [0, 5, 5, 2], [0, 5, 5, 2]],
      ['InstanceNorm2d', () => new nn.InstanceNorm2d(2, { affine: true }), [0, 5, 5, 2], [0, 5, 5, 2]],
      ['GroupNorm', () => new nn.GroupNorm(2, 4), [0, 5, 5, 4], [0, 5, 5, 4]],
      ['LayerNorm', () => new nn.LayerNorm([5, 4]), [0, 5, 4], [0, 5, 4]],
      ['BatchNorm1d', () => new nn.BatchNorm1d(2).eval() as nn.Module, [0, 2], [0, 2]],
      ['Linear', () => new nn.Linear(3, 2), [0, 4, 3], [0, 4, 2]],
      ['LocalResponseNorm', () => new nn.LocalResponseNorm(3), [0, 2, 2, 3], [0, 2, 2, 3]],
      ['PReLU', () => new nn.PReLU({ numParameters: 3 }), [0, 3], [0, 3]],
      ['Softmax', () => new nn.Softmax({ dim: 1 }), [0, 2, 2, 3], [0, 2, 2, 3]],
      ['Dropout', () => new nn.Dropout(), [0, 3], [0, 3]],
      ['Dropout2d', () => new nn.Dropout2d(), [0, 2, 2, 3], [0, 2, 2, 3]],
      ['AlphaDropout', () => new nn.AlphaDropout(), [0, 3], [0, 3]],
      ['Flatten', () => new nn.Flatten(), [0, 2, 2, 3], [0, 12]],
    ];
    for (const [name, build, input, output] of empty) {
      it(`an empty batch: ${name} on [${input.join(', ')}]`, async () => {
        const module = build();
        const zeros = tf.zeros(input);
        const x = tf.variable(zeros);
        const variables = [x, ...[...module.parameters()].map((parameter) => parameter.value)];
        const { value, grads } = tf.variableGrads(() => {
          const y = module.forward(x);
          expect(y.shape).to.deep.equal(output);
          return tf.sum(y);
        }, variables);
        expect(await valuesOf(value)).to.deep.equal([0]);
        for (const variable of variables) {
          const gradient = grads[variable.name]!;
          expect(gradient.shape).to.deep.equal(variable.shape);
          expect(new Set(await valuesOf(gradient))).to.deep.equal(variable === x ? new Set() : new Set([0]));
        }
        tf.dispose([value, grads, x, zeros]);
        module.dispose();
      });
    }

    it('an empty batch counts in BatchNorm and moves nothing', async () => {
      using norm = new nn.BatchNorm2d(1, { momentum: null });
      tf.tidy(() => {
        norm.forward(tf.zeros([0, 2, 2, 1]));
      });
      expect(norm.num_batches_tracked!.value).to.equal(1n);
      expect(await valuesOf(norm.running_mean!.value)).to.deep.equal([0]);
      expect(await valuesOf(norm.running_var!.value)).to.deep.equal([1]);
    });

    it('a max pool of hugely negative values, padded', async () => {
      const low = -3e38;
      const { shape, values } = await forward(
        new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
        tf.fill([1, 3, 3, 1], low),
      );
      expect(shape).to.deep.equal([1, 2, 2, 1]);
      expect(values).to.deep.equal(Array(4).fill(Math.fround(low)));
    });

    it('images of one pixel', async () => {
      expect((await forward(new nn.MaxPool2d(1), tf.ones([1, 1, 1]))).shape).to.deep.equal([1, 1, 1]);
      expect((await forward(new nn.AdaptiveAvgPool2d([2, 3]), counting([1, 1, 2]))).values).to.deep.equal(
        Array(6).fill([1, 2]).flat(),
      );
      expect((await forward(new nn.Conv2d(1, 1, 3, { padding: 1 }), tf.ones([1, 1, 1, 1]))).shape).to.deep.equal([
        1, 1, 1, 1,
      ]);
      expect((await forward(new nn.AvgPool2d(2, { padding: 1 }), tf.ones([1, 1, 1, 1]))).values).to.deep.equal([0.25]);
    });

    it('Flatten orders an image as PyTorch does, C before H before W', async () => {
      const { shape, values } = await forward(new nn.Flatten(), counting([1, 2, 2, 2]));
      expect(shape).to.deep.equal([1, 8]);
      expect(values).to.deep.equal([1, 3, 5, 7, 2, 4, 6, 8]);
    });

    it('softmax names PyTorch dimensions: 1 and -3 are the channels of a batch of images', async () => {
      const along = (dim: number) => forward(new nn.Softmax({ dim }), counting([1, 1, 2, 3]));
      const byChannel = (await along(1)).values;
      expect((await along(-3)).values).to.deep.equal(byChannel);
      expect(byChannel[0]! + byChannel[1]! + byChannel[2]!).to.be.closeTo(1, 1e-6);
      const byColumn = (await along(3)).values;
      expect(byColumn[0]! + byColumn[3]!).to.be.closeTo(1, 1e-6);
    });

    it('padding and strides of their own for rows and columns', async () => {
      const module = new nn.Conv2d(1, 1, [1, 3], { stride: [2, 1], padding: [0, 1], bias: false });
      module.loadStateDict(
        new Map([['weight', { dtype: 'float32', shape: [1, 1, 1, 3], data: Float32Array.of(1, 10, 100) }]]),
      );
      const { shape, values } = await forward(module, counting([3, 2, 1]));
      expect(shape).to.deep.equal([2, 2, 1]);
      expect(values).to.deep.equal([210, 21, 650, 65]);
    });
  });
});
