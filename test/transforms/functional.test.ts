import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { functional, type PixelImage } from 'tfjs-zoo/transforms';
import { forEachBackend } from '../support/backends.js';
import { noise, noiseImage, readJson, sha256 } from './support.js';

const { images, tensors, hues, edges } = readJson('augment.json');

// biome-ignore lint/suspicious/noExplicitAny: the cases name the ops and their arguments
const ops = functional as unknown as Record<string, (input: PixelImage | tf.Tensor, ...args: any[]) => any>;

const names = [...new Set<string>(images.map(({ op }: { op: string }) => op))];

describe('functional, on 8-bit images', () => {
  for (const name of names) {
    const cases = images.filter(({ op }: { op: string }) => op === name);
    it(`equals torchvision on Pillow byte for byte: ${name}, ${cases.length} cases`, () => {
      for (const { args, from, channels, seed, to, sha256: expected, refused } of cases) {
        const what = JSON.stringify({ args, from, channels, seed });
        const image = noiseImage(from[0], from[1], channels, seed);
        const before = image.data.slice();
        if (refused) {
          expect(() => ops[name]!(image, ...args), what).to.throw(`${name}: expected`);
          continue;
        }
        const out: PixelImage | PixelImage[] = ops[name]!(image, ...args);
        const all = [out].flat();
        expect([all[0]!.width, all[0]!.height], what).to.deep.equal(to);
        expect(all[0]!.channels ?? 3, what).to.equal(channels);
        expect(sha256(Buffer.concat(all.map(({ data }) => data))).slice(0, 16), what).to.equal(expected);
        for (const { data } of all) data.fill(7);
        expect(image.data, 'the input afterwards').to.deep.equal(before);
      }
    });
  }

  it('adjustHue equals Pillow on every fifth colour there is', () => {
    const data = new Uint8Array(4096 * 816 * 3);
    for (let i = 0; i < data.length; i += 3) {
      const color = (i / 3) * 5;
      data[i] = color >> 16;
      data[i + 1] = color >> 8;
      data[i + 2] = color;
    }
    for (const { factor, sha256: expected } of hues) {
      const out = functional.adjustHue({ width: 4096, height: 816, data }, factor);
      expect(sha256(out.data), `factor ${factor}`).to.equal(expected);
    }
  });

  it('adjustLighting shifts by what is given instead of ImageNet', () => {
    const colors = {
      eigenvalues: [0.5, 0.25, 1],
      eigenvectors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    } as const;
    const image = { width: 1, height: 2, data: Uint8Array.from([10, 20, 30, 250, 250, 250]) };
    const out = functional.adjustLighting(image, [0.1, -0.4, 0.1], colors);
    // 255 · 0.05 = 12.75, −25.5, 25.5; halves go to the even number.
    expect([...out.data]).to.deep.equal([23, 0, 56, 255, 224, 255]);
  });
});

describe('functional, on tensors', () => {
  forEachBackend(() => {
    for (const name of [...names, 'erase']) {
      const cases = tensors.filter(({ op }: { op: string }) => op === name);
      it(`equals torchvision to 1e-6: ${name}, ${cases.length} cases`, async () => {
        for (const { args, shape, seed, outShape, values, refused } of cases) {
          const what = JSON.stringify({ args, shape, seed });
          const size = shape.reduce((product: number, side: number) => product * side, 1);
          const x = tf.tensor(
            Array.from(noise(1, 1, size, seed), (byte) => byte / 255),
            shape,
          );
          const given = name === 'erase' ? [...args.slice(0, 4), tf.tensor(args[4])] : args;
          const before = tf.memory().numTensors;
          if (refused) {
            expect(() => ops[name]!(x, ...given), what).to.throw(`${name}: expected`);
            expect(tf.memory().numTensors, what).to.equal(before);
          } else {
            const out: tf.Tensor | tf.Tensor[] = ops[name]!(x, ...given);
            const all = [out].flat();
            expect(tf.memory().numTensors, `tensors left by ${what}`).to.equal(before + all.length);
            const whole = Array.isArray(out) ? tf.stack(out) : out;
            expect(whole.shape, what).to.deep.equal(outShape);
            expectClose(await whole.data(), values, what);
            tf.dispose([all, whole]);
          }
          tf.dispose([x, given]);
        }
      });
    }

    it('adjustHue equals torchvision on the borders between its cases, and beyond 0 and 1', async () => {
      const { levels, factor, values } = edges;
      const colors = levels.flatMap((r: number) => levels.flatMap((g: number) => levels.map((b: number) => [r, g, b])));
      const x = tf.tensor3d(colors.flat(), [5, 25, 3]);
      const out = functional.adjustHue(x, factor);
      expectClose(await out.data(), values, 'edges');
      tf.dispose([x, out]);
    });
  });
});

function expectClose(actual: ArrayLike<number>, expected: number[], what: string): void {
  expect(actual.length, what).to.equal(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i], `${what}, value ${i}`).to.be.closeTo(value, 1e-6 * Math.max(1, Math.abs(value)));
  });
}
