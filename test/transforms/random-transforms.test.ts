import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { manualSeed } from 'tfjs-zoo';
import {
  CenterCrop,
  ColorJitter,
  functional,
  type ImageOrTensor,
  Lambda,
  Pad,
  PCALighting,
  type PixelImage,
  RandomApply,
  RandomChoice,
  RandomCrop,
  RandomErasing,
  RandomHorizontalFlip,
  RandomOrder,
  RandomResizedCrop,
  RandomVerticalFlip,
  type Transform,
} from 'tfjs-zoo/transforms';
import { forkRandom, withSeed } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { noiseImage } from './support.js';

const image = noiseImage(23, 17, 3, 1);

function tensorOf({ width, height, data, channels = 3 }: PixelImage): tf.Tensor {
  return tf.tensor3d(
    Float32Array.from(data, (byte) => byte / 255),
    [height, width, channels],
  );
}

/** Transforms, and what they should do with an input: the functional ops with what getParams draws from the same stream. */
const expected: [Transform<never, unknown>, (input: ImageOrTensor) => ImageOrTensor][] = [
  [
    new RandomCrop([9, 12], { padding: [2, 3], fill: 1, paddingMode: 'reflect' }),
    (x) => {
      const padded = functional.pad(x, [2, 3], { fill: 1, paddingMode: 'reflect' });
      return functional.crop(padded, ...RandomCrop.getParams(padded, [9, 12], forkRandom()));
    },
  ],
  [
    new RandomCrop([20, 30], { padIfNeeded: true, fill: 1 }),
    (x) => {
      const padded = functional.pad(functional.pad(x, [7, 0], { fill: 1 }), [0, 3], { fill: 1 });
      return functional.crop(padded, ...RandomCrop.getParams(padded, [20, 30], forkRandom()));
    },
  ],
  [
    new RandomResizedCrop([8, 6], { scale: [0.1, 0.4], ratio: [0.5, 2], interpolation: 'bicubic', antialias: false }),
    (x) => {
      const rectangle = RandomResizedCrop.getParams(x, [0.1, 0.4], [0.5, 2], forkRandom());
      return functional.resizedCrop(x, ...rectangle, [8, 6], { interpolation: 'bicubic', antialias: false });
    },
  ],
  [
    new ColorJitter({ brightness: 0.5, contrast: [0.2, 2], saturation: 1.5, hue: 0.3 }),
    (x) => {
      const [order, ...factors] = ColorJitter.getParams([0.5, 1.5], [0.2, 2], [0, 2.5], [-0.3, 0.3], forkRandom());
      const { adjustBrightness, adjustContrast, adjustSaturation, adjustHue } = functional;
      const parts = [adjustBrightness, adjustContrast, adjustSaturation, adjustHue];
      return order.reduce((y, part) => parts[part]!(y, factors[part]!), x);
    },
  ],
  [new PCALighting(), (x) => functional.adjustLighting(x, PCALighting.getParams(0.1, forkRandom()))],
  [new RandomHorizontalFlip({ p: 1 }), (x) => functional.hflip(x)],
  [new RandomVerticalFlip({ p: 1 }), (x) => functional.vflip(x)],
  [new Pad([1, 2], { fill: 1 }), (x) => functional.pad(x, [1, 2], { fill: 1 })],
  [new RandomApply([new Pad(1), new CenterCrop(3)], { p: 1 }), (x) => functional.centerCrop(x, 3)],
  [new RandomChoice([new Pad(1), new CenterCrop(3)], { p: [0, 2] }), (x) => functional.centerCrop(x, 3)],
];

describe('random transforms of 8-bit images', () => {
  for (const [transform, expectedOf] of expected) {
    it(`apply what getParams draws: ${transform}`.replaceAll(/\s+/g, ' '), () => {
      for (let seed = 0; seed < 12; seed++) {
        const out = withSeed(seed, () => (transform as Transform<PixelImage, PixelImage>).apply(image));
        expect(out).to.deep.equal(withSeed(seed, () => expectedOf(image)));
      }
    });
  }

  const sometimes = [
    new RandomHorizontalFlip(),
    new RandomVerticalFlip({ p: 0.25 }),
    new RandomApply([new Pad(1)], { p: 0.1 }),
  ];
  for (const transform of sometimes) {
    it(`happens as often as p says: ${transform}`.replaceAll(/\s+/g, ' '), () => {
      const pixel = noiseImage(2, 2, 1, 3);
      manualSeed(9);
      let changed = 0;
      for (let i = 0; i < 4000; i++) {
        const out = transform.apply(pixel);
        expect(out).not.to.equal(pixel);
        expect(out.data).not.to.equal(pixel.data);
        if (Buffer.compare(out.data, pixel.data) !== 0) changed++;
      }
      expect(changed / 4000).to.be.closeTo(transform.p, 0.03);
      expect(transform.p).to.be.oneOf([0.5, 0.25, 0.1]);
    });
  }

  it('RandomOrder applies all, in every order; RandomChoice one, as often as its weight says', () => {
    manualSeed(10);
    const seen = new Map<string, number>();
    const steps = ['a', 'b', 'c'].map((letter) => new Lambda((text: string) => text + letter));
    for (let i = 0; i < 600; i++) {
      const order = new RandomOrder(steps).apply('' as never) as unknown as string;
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).to.deep.equal(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of seen.values()) expect(count).to.be.within(60, 140);
    const chosen = Array.from(
      { length: 3000 },
      () => new RandomChoice(steps, { p: [1, 0, 3] }).apply('' as never) as unknown,
    );
    expect(chosen.filter((letter) => letter === 'c').length / 3000).to.be.closeTo(0.75, 0.03);
    expect(chosen).not.to.include('b');
    const equal = Array.from({ length: 3000 }, () => new RandomChoice(steps).apply('' as never) as unknown);
    expect(equal.filter((letter) => letter === 'b').length / 3000).to.be.closeTo(1 / 3, 0.03);
  });

  it('ColorJitter without factors, and RandomCrop of the whole image, give a copy', () => {
    for (const transform of [
      new ColorJitter(),
      new ColorJitter({ hue: [0, 0], contrast: [1, 1] }),
      new RandomCrop([17, 23]),
    ]) {
      const out = transform.apply(image);
      expect(out).to.deep.equal(image);
      expect(out.data).not.to.equal(image.data);
    }
  });

  it('keep gray images gray', () => {
    const gray = noiseImage(9, 8, 1, 2);
    for (const transform of [
      new ColorJitter({ saturation: 0.9, hue: 0.5 }),
      new RandomResizedCrop(8),
      new RandomCrop(4),
    ]) {
      expect(transform.apply(gray).channels).to.equal(1);
    }
    expect(new ColorJitter({ saturation: 0.9, hue: 0.5 }).apply(gray)).to.deep.equal(gray);
  });
});

describe('random transforms of tensors', () => {
  forEachBackend(() => {
    for (const [transform, expectedOf] of expected) {
      it(`apply what getParams draws, and keep no tensor: ${transform}`.replaceAll(/\s+/g, ' '), async () => {
        const x = tensorOf(image);
        for (let seed = 0; seed < 3; seed++) {
          const before = tf.memory().numTensors;
          const out = withSeed(seed, () => (transform as Transform<tf.Tensor, tf.Tensor>).apply(x));
          expect(tf.memory().numTensors).to.equal(before + 1);
          const wanted = tf.tidy(() => withSeed(seed, () => expectedOf(x) as tf.Tensor));
          expect(out.shape).to.deep.equal(wanted.shape);
          expect(await out.data()).to.deep.equal(await wanted.data());
          tf.dispose([out, wanted]);
        }
        x.dispose();
      });
    }

    it('do to all images of a batch the same', async () => {
      const x = tensorOf(image);
      const batch = tf.stack([x, x]);
      const transforms = [...expected.map(([transform]) => transform), new RandomErasing({ p: 1, value: 'random' })];
      for (const transform of transforms as Transform<tf.Tensor, tf.Tensor>[]) {
        const out = transform.apply(batch);
        const [first, second] = tf.unstack(out);
        expect(await first!.data(), String(transform)).to.deep.equal(await second!.data());
        tf.dispose([out, first!, second!]);
      }
      tf.dispose([x, batch]);
    });

    it('RandomErasing erases what getParams draws', async () => {
      const x = tensorOf(image);
      for (const [value, given] of [
        [0.5, [0.5]],
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
        ['random', null],
      ] as const) {
        const transform = new RandomErasing({ p: 1, scale: [0.1, 0.3], ratio: [0.5, 2], value });
        const before = tf.memory().numTensors;
        const out = withSeed(5, () => transform.apply(x));
        expect(tf.memory().numTensors).to.equal(before + 1);
        const random = withSeed(5, forkRandom);
        random.uniform(); // whether to erase
        const [i, j, h, w, v] = RandomErasing.getParams(x, [0.1, 0.3], [0.5, 2], given, random);
        const wanted = functional.erase(x, i, j, h, w, v);
        expect(await out.data()).to.deep.equal(await wanted.data());
        expect(await out.data()).not.to.deep.equal(await x.data());
        tf.dispose([out, v, wanted]);
      }
      x.dispose();
    });

    it('RandomErasing leaves the image as often as p says, and then gives another handle', async () => {
      const x = tf.ones([6, 6, 1]) as tf.Tensor;
      manualSeed(11);
      let erased = 0;
      for (let i = 0; i < 400; i++) {
        const out = new RandomErasing({ p: 0.3, scale: [0.2, 0.3], ratio: [1, 1] }).apply(x);
        expect(out).not.to.equal(x);
        if ((await out.data()).includes(0)) erased++;
        out.dispose();
      }
      expect(erased / 400).to.be.closeTo(0.3, 0.08);
      x.dispose();
    });

    it('flips and RandomApply that do nothing give another handle', async () => {
      const x = tf.ones([2, 2, 1]) as tf.Tensor;
      for (const transform of [
        new RandomHorizontalFlip({ p: 0 }),
        new RandomApply([new Pad(1)], { p: 0 }),
        new ColorJitter(),
      ]) {
        const out = transform.apply(x);
        expect(out).not.to.equal(x);
        expect([...(await out.data())]).to.deep.equal([1, 1, 1, 1]);
        out.dispose();
      }
      expect(x.isDisposed).to.equal(false);
      x.dispose();
    });
  });
});
