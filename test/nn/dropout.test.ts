import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { manualSeed, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError, valuesOf } from './support.js';

/** What a module makes of a tensor of ones, after `seed`. */
async function ofOnes(module: nn.Module, shape: number[], seed: number): Promise<number[]> {
  manualSeed(seed);
  const y = tf.tidy(() => module.forward(tf.ones(shape)));
  const values = await valuesOf(y);
  y.dispose();
  return values;
}

/** The share of values that are `value`, to float32's precision. */
function shareOf(values: number[], value: number): number {
  return values.filter((each) => Math.abs(each - value) < 1e-6).length / values.length;
}

const SATURATION = -1.7580993408473766;
/** What alpha dropout multiplies by and adds. */
function alphaAffine(p: number): { scale: number; shift: number } {
  const scale = 1 / Math.sqrt((SATURATION ** 2 * p + 1) * (1 - p));
  return { scale, shift: -scale * p * SATURATION };
}

describe('Dropout of channels, and alpha dropout', () => {
  forEachBackend(() => {
    for (const [name, build, kept, dropped] of [
      ['Dropout2d', (p: number) => new nn.Dropout2d({ p }), (p: number) => 1 / (1 - p), () => 0],
      [
        'FeatureAlphaDropout',
        (p: number) => new nn.FeatureAlphaDropout({ p }),
        (p: number) => alphaAffine(p).scale + alphaAffine(p).shift,
        (p: number) => alphaAffine(p).scale * SATURATION + alphaAffine(p).shift,
      ],
    ] as const) {
      it(`${name} drops whole channels, each by itself`, async () => {
        const p = 0.3;
        const [count, area, channels] = [40, 6, 50];
        const values = await ofOnes(build(p), [count, 2, 3, channels], 4);
        const byChannel = values.filter((_, i) => Math.floor(i / channels) % area === 0); // the first pixel of each image
        for (const [i, value] of values.entries()) {
          const image = Math.floor(i / (area * channels));
          expect(value).to.equal(byChannel[image * channels + (i % channels)]);
        }
        expect(shareOf(byChannel, dropped(p))).to.be.closeTo(p, 0.04);
        expect(shareOf(byChannel, kept(p))).to.be.closeTo(1 - p, 0.04);
        // Neither the images nor the channels share a mask.
        const droppedIn = (of: (i: number) => boolean) =>
          shareOf(
            byChannel.filter((_, i) => of(i)),
            dropped(p),
          );
        for (const index of [0, 1, 2]) {
          expect(droppedIn((i) => i % channels === index)).to.be.within(0.05, 0.6);
          expect(droppedIn((i) => Math.floor(i / channels) === index)).to.be.within(0.05, 0.6);
        }
      });

      it(`${name} drops channels of one image`, async () => {
        const values = await ofOnes(build(0.5), [5, 4, 200], 4);
        const first = values.slice(0, 200);
        for (const [i, value] of values.entries()) expect(value).to.equal(first[i % 200]);
        expect(shareOf(first, dropped(0.5))).to.be.closeTo(0.5, 0.12);
      });
    }

    it('AlphaDropout keeps mean 0 and variance 1, and gives each element one of two values', async () => {
      const p = 0.2;
      manualSeed(3);
      const random = new nn.Random(5);
      const input = Float32Array.from({ length: 20000 }, () => random.normal());
      const y = tf.tidy(() => new nn.AlphaDropout({ p }).forward(tf.tensor1d(input)));
      const values = await valuesOf(y);
      y.dispose();
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(mean).to.be.closeTo(0, 0.03);
      expect(variance).to.be.closeTo(1, 0.04);
      const { scale, shift } = alphaAffine(p);
      const isDropped = (value: number) => Math.abs(value - (scale * SATURATION + shift)) < 1e-6;
      expect(values.filter(isDropped).length / values.length).to.be.closeTo(p, 0.01);
      for (const [i, value] of values.entries()) {
        if (!isDropped(value)) expect(value).to.be.closeTo(scale * input[i]! + shift, 1e-5);
      }
    });

    for (const name of ['Dropout2d', 'AlphaDropout', 'FeatureAlphaDropout'] as const) {
      it(`${name} repeats after manualSeed, and sends the gradient to what it kept`, async () => {
        const module = new nn[name]({ p: 0.25 });
        const shape = [4, 2, 2, 16];
        const first = await ofOnes(module, shape, 1);
        expect(await ofOnes(module, shape, 1)).to.deep.equal(first);
        expect(await ofOnes(module, shape, 2)).not.to.deep.equal(first);
        manualSeed(1);
        const gradient = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(module.forward(x)))(tf.ones(shape)));
        const values = await valuesOf(gradient);
        gradient.dispose();
        const largest = Math.max(...first);
        const factor = name === 'Dropout2d' ? 1 / 0.75 : alphaAffine(0.25).scale;
        for (const [i, value] of values.entries()) {
          expect(value).to.be.closeTo(first[i] === largest ? factor : 0, 1e-6);
        }
      });

      it(`${name} refuses what is no probability`, () => {
        const message = (who: string) =>
          `${who}: expected a probability p from 0 to 1, got 1.5. Give the share to drop, such as 0.5.`;
        expectError(() => new nn[name]({ p: 1.5 }), 'ShapeError', message(name));
        const functionName = `${name[0]!.toLowerCase()}${name.slice(1)}` as 'dropout2d';
        const use = () => tf.tidy(() => nn.functional[functionName](tf.zeros([1, 1, 1, 1]), { p: 1.5 }));
        expectError(use, 'ShapeError', message(functionName));
      });

      it(`${name} refuses integers${name === 'AlphaDropout' ? '' : ' and matrices'}`, () => {
        const run = (shape: number[], dtype: 'float32' | 'int32') => () =>
          tf.tidy(() => new nn[name]().forward(tf.zeros(shape, dtype)));
        expectError(
          run([1, 2, 2, 3], 'int32'),
          'ShapeError',
          `${name}: expected a float32 tensor, got int32 of shape [1, 2, 2, 3]. ` +
            "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.",
        );
        if (name === 'AlphaDropout') return;
        expectError(
          run([2, 3], 'float32'),
          'ShapeError',
          `${name}: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [2, 3]. ` +
            'Add the missing axis with tf.expandDims.',
        );
      });
    }
  });
});
