import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

const { interpolate } = nn.functional;

/** A row of pixels, resized; the options' pairs are [1, …]. */
async function resizeRow(row: readonly number[], options: nn.functional.InterpolateOptions): Promise<number[]> {
  const resized = tf.tidy(() => interpolate(tf.tensor4d([...row], [1, 1, row.length, 1]), options));
  const values = await valuesOf(resized);
  resized.dispose();
  return values;
}

function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got).to.have.length(want.length);
  for (const [i, value] of want.entries()) expect(got[i]).to.be.closeTo(value, 2e-5);
}

describe('functional.interpolate', () => {
  forEachBackend(() => {
    // What PyTorch 2.15 gives.
    const row = [1, 5, 2, 8, 3, 9, 4, 7];
    const antialiased: [options: nn.functional.InterpolateOptions, bilinear: number[], bicubic: number[]][] = [
      [{ size: [1, 3] }, [3.36842, 5.45238, 5.97368], [3.07144, 5.55289, 6.15856]],
      [{ scaleFactor: [1, 0.3] }, [3.71186, 5.77273], [3.51406, 5.91823]],
      [{ size: [1, 3], alignCorners: true }, [3.74419, 5.89583, 6.13333], [3.6073, 5.97745, 6.29648]],
      [{ scaleFactor: [1, 1.1] }, [1, 5, 2, 8, 3, 9, 4, 7], [1, 5, 2, 8, 3, 9, 4, 7]],
    ];
    for (const [options, bilinear, bicubic] of antialiased) {
      it(`antialiases with ${JSON.stringify(options)}`, async () => {
        expectClose(await resizeRow(row, { ...options, mode: 'bilinear', antialias: true }), bilinear);
        expectClose(await resizeRow(row, { ...options, mode: 'bicubic', antialias: true }), bicubic);
      });
    }

    it('passes gradients back through an antialiased resize', async () => {
      const gradient = tf.tidy(() =>
        tf.grad((x: tf.Tensor) =>
          tf.sum(tf.mul(interpolate(x, { size: [1, 2], mode: 'bilinear', antialias: true }), [[[[1], [10]]]])),
        )(tf.ones([1, 1, 4, 1])),
      );
      // Weights of the two pixels: 3 : 3 : 1 : 0 and 0 : 1 : 3 : 3, each by its sum.
      expectClose(await valuesOf(gradient), [3 / 7, 3 / 7 + 10 / 7, 1 / 7 + 30 / 7, 30 / 7]);
      gradient.dispose();
    });

    it('picks the pixel that PyTorch picks in float32, where float64 has another', async () => {
      const pixels = Array.from({ length: 26 }, (_, i) => i);
      expect(await resizeRow(pixels, { size: [1, 11], mode: 'nearest-exact' })).to.deep.equal([
        1, 3, 5, 8, 10, 12, 15, 17, 20, 22, 24,
      ]);
    });

    it('measures nearest pixels by the factor, unless the size is doubled or stays', async () => {
      // PyTorch 1.13 measures there too, depending on the channels.
      expect(await resizeRow([0, 1, 2, 3], { scaleFactor: [1, 2.1] })).to.deep.equal([0, 0, 1, 1, 2, 2, 3, 3]);
      expect(await resizeRow([0, 1, 2, 3], { scaleFactor: [1, 1.1] })).to.deep.equal([0, 1, 2, 3]);
      expect(await resizeRow([0, 1, 2, 3], { scaleFactor: [1, 1.3] })).to.deep.equal([0, 0, 1, 2, 3]);
      expect(await resizeRow([0, 1, 2, 3], { scaleFactor: [1, 1.2], mode: 'nearest-exact' })).to.deep.equal([
        0, 1, 2, 2,
      ]);
    });

    it('has the gradient of what it computes, where PyTorch has that of a copy', async () => {
      const gradientOf = async (options: nn.functional.InterpolateOptions) => {
        const gradient = tf.tidy(() =>
          tf.grad((x: tf.Tensor) => tf.sum(interpolate(x, options)))(tf.zeros([1, 1, 4, 1])),
        );
        const values = await valuesOf(gradient);
        gradient.dispose();
        return values;
      };
      expectClose(await gradientOf({ scaleFactor: [1, 1.1], mode: 'bicubic' }), [1.11608, 1.11176, 1.1724, 0.59976]);
    });

    it('shows Infinity and NaN only where PyTorch does', async () => {
      const odd = [Infinity, 1, NaN, 2];
      expect(await resizeRow(odd, { scaleFactor: [1, 3] })).to.deep.equal(
        odd.flatMap((value) => [value, value, value]),
      );
      expect(await resizeRow(odd, { scaleFactor: [1, 2] })).to.deep.equal(odd.flatMap((value) => [value, value]));
      expect((await resizeRow([NaN, 1, 2, 4], { scaleFactor: [1, 2], mode: 'bilinear' })).slice(3)).to.deep.equal([
        1.25, 1.75, 2.5, 3.5, 4,
      ]);
    });

    it('leaves an image of the wanted size as it is, in a new tensor', async () => {
      for (const mode of ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area'] as const) {
        const image = counting([1, 2, 3, 2]);
        const same = interpolate(image, { size: [2, 3], mode });
        expect(same).not.to.equal(image);
        image.dispose();
        expectClose(
          await valuesOf(same),
          Array.from({ length: 12 }, (_, i) => i + 1),
        );
        same.dispose();
      }
    });

    it('keeps the factors of layers as they were given', () => {
      expect(String(new nn.Upsample({ scaleFactor: 1.5 }))).to.equal("Upsample(scale_factor=1.5, mode='nearest')");
      expect(new nn.UpsamplingBilinear2d({ size: 3 }).alignCorners).to.equal(true);
    });
  });
});
