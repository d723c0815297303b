import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { functional, type ImageOrTensor, type PixelImage } from 'tfjs-zoo/transforms';
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

  it('crops and negative pads undo pads, and flips themselves', () => {
    const side = fc.integer({ min: 1, max: 9 });
    const pad = fc.integer({ min: 0, max: 12 });
    const pads = fc.tuple(pad, pad, pad, pad);
    const mode = fc.constantFrom('constant', 'edge', 'reflect', 'symmetric');
    const property = fc.property(
      side,
      side,
      fc.constantFrom(1, 3),
      pads,
      mode,
      (width, height, channels, padding, paddingMode) => {
        const image = noiseImage(width, height, channels, width);
        const [left, top, right, bottom] = padding;
        const padded = functional.pad(image, padding, { paddingMode, fill: 9 });
        expect(functional.crop(padded, top, left, height, width)).to.deep.equal(image);
        expect(functional.pad(padded, [-left, -top, -right, -bottom])).to.deep.equal(image);
        for (const flip of [functional.hflip, functional.vflip]) {
          expect(flip(flip(image))).to.deep.equal(image);
        }
      },
    );
    fc.assert(property, { numRuns: 200 });
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

    it('moves pixels of tensors as those of images', async () => {
      const image = noiseImage(7, 6, 3, 8);
      const x = tf.tensor4d(Float32Array.from(image.data), [1, 6, 7, 3]);
      const moves = [
        (input: ImageOrTensor) => functional.crop(input, -2, 3, 5, 9),
        (input: ImageOrTensor) => functional.pad(input, [3, 5, 1, 2], { fill: 200 }),
        (input: ImageOrTensor) => functional.pad(input, [-3, 3, 1, -2], { paddingMode: 'reflect' }),
        (input: ImageOrTensor) => functional.pad(input, [7, 6], { paddingMode: 'symmetric' }),
        (input: ImageOrTensor) => functional.pad(input, 20, { paddingMode: 'edge' }),
        (input: ImageOrTensor) => functional.crop(input, 6, 0, 2, 2),
        functional.hflip,
        functional.vflip,
      ];
      for (const move of moves) {
        const moved = move(x) as tf.Tensor;
        const movedImage = move(image) as PixelImage;
        expect(moved.shape).to.deep.equal([1, movedImage.height, movedImage.width, 3]);
        expect(Uint8Array.from(await moved.data())).to.deep.equal(movedImage.data);
        moved.dispose();
      }
      x.dispose();
    });

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
