import { expect } from 'chai';
import fc from 'fast-check';
import { type PixelImage, Resize } from 'tfjs-zoo/transforms';
import { noiseImage, readJson, sha256 } from './support.js';

const { resized, rules } = readJson('transforms.json');

describe('Resize of 8-bit images', () => {
  for (const mode of ['nearest', 'bilinear', 'bicubic', 'box', 'hamming', 'lanczos'] as const) {
    const cases = resized.filter((entry: { mode: string }) => entry.mode === mode);
    it(`equals Pillow byte for byte: ${mode}, ${cases.length} sizes`, () => {
      expect(cases).to.have.length.above(50);
      for (const { from, to, channels, seed, sha256: expected } of cases) {
        const out = new Resize([to[1], to[0]], { interpolation: mode }).apply(
          noiseImage(from[0], from[1], channels, seed),
        );
        expect([out.width, out.height], `${from} → ${to}`).to.deep.equal(to);
        expect(out.channels ?? 3).to.equal(channels);
        expect(sha256(out.data), `${from} → ${to}, ${channels} channels`).to.equal(expected);
      }
    });
  }

  it("takes torchvision's sizes for one number and maxSize", () => {
    for (const { from, size, maxSize, to, sha256: expected } of rules) {
      for (const form of [size, [size]]) {
        const out = new Resize(form, { maxSize }).apply(noiseImage(from[0], from[1], 3, 1));
        expect([out.width, out.height], `${from}, size ${size}, maxSize ${maxSize}`).to.deep.equal(to);
        expect(sha256(out.data)).to.equal(expected);
      }
    }
  });

  it('reduces its support to nothing outside the image: a flat colour stays flat', () => {
    const side = fc.integer({ min: 1, max: 60 });
    const mode = fc.constantFrom('bilinear', 'bicubic', 'box', 'hamming', 'lanczos', 'nearest-exact');
    fc.assert(
      fc.property(side, side, side, side, mode, fc.nat(255), (w, h, outW, outH, interpolation, value) => {
        const data = new Uint8Array(w * h).fill(value);
        const out = new Resize([outH, outW], { interpolation }).apply({ width: w, height: h, data, channels: 1 });
        expect(new Set(out.data)).to.deep.equal(new Set([value]));
      }),
      { numRuns: 100 },
    );
  });

  it('commutes with mirroring', () => {
    const mirror = ({ width, height, data }: PixelImage): PixelImage => ({
      width,
      height,
      data: Uint8Array.from(data, (_, i) => data[i - (i % width) + width - 1 - (i % width)]!),
      channels: 1,
    });
    // Halves and doubles have weights that are exact in fixed point, so that rounding cannot tell the sides apart.
    const image = noiseImage(32, 8, 1, 9);
    for (const size of [
      [8, 16],
      [8, 64],
    ] as const) {
      const resize = new Resize(size);
      expect(resize.apply(mirror(image)).data).to.deep.equal(mirror(resize.apply(image)).data);
    }
  });

  it('gives a copy where nothing changes, and leaves its input alone', () => {
    const image = noiseImage(5, 4, 3, 1);
    const before = image.data.slice();
    const copy = new Resize([4, 5]).apply(image);
    expect(copy.data).to.deep.equal(before);
    copy.data[0] = before[0]! ^ 255;
    new Resize(9).apply(image);
    expect(image.data).to.deep.equal(before);
  });

  it("prints torchvision's repr", () => {
    expect(String(new Resize(256))).to.equal('Resize(size=256, interpolation=bilinear, max_size=None, antialias=True)');
    expect(String(new Resize(232, { interpolation: 'bicubic', maxSize: 300, antialias: false }))).to.equal(
      'Resize(size=232, interpolation=bicubic, max_size=300, antialias=False)',
    );
    expect(String(new Resize([224, 200]))).to.equal(
      'Resize(size=[224, 200], interpolation=bilinear, max_size=None, antialias=True)',
    );
  });

  it('says what is wrong with its arguments', () => {
    expect(() => new Resize(0)).to.throw('Resize: expected size to be a positive integer or [height, width], got 0.');
    expect(() => new Resize([3, 2.5])).to.throw('got [3,2.5]');
    expect(() => new Resize([1, 2, 3] as unknown as number)).to.throw('got [1,2,3]');
    expect(() => new Resize(8, { interpolation: 'linear' as 'bilinear' })).to.throw(
      "one of nearest, nearest-exact, bilinear, bicubic, box, hamming, lanczos, got 'linear'",
    );
    expect(() => new Resize(8, { maxSize: 8 })).to.throw('expected maxSize to be an integer above the size 8, got 8');
    expect(() => new Resize([8, 9], { maxSize: 12 })).to.throw('expected no maxSize beside the size [8, 9], got 12');
    expect(() => new Resize(1, { maxSize: 2 }).apply(noiseImage(9, 1, 1, 0))).to.throw(
      'expected sides of at least 1, got 2×0 for an image of 9×1 with maxSize 2',
    );
  });

  it('says what is wrong with its image', () => {
    const apply = (width: number, height: number, bytes: number) => () =>
      new Resize(2).apply({ width, height, data: new Uint8Array(bytes) });
    expect(apply(2, 2, 16)).to.throw(
      'Resize: expected 12 bytes for a 2×2 image of 3 channels, got 16. These look like RGBA pixels: pass them through loadImage, which drops alpha.',
    );
    expect(apply(2, 2, 4)).to.throw('got 4. This looks like a gray image: add channels: 1');
    expect(apply(2, 2, 5)).to.throw('got 5. Give interleaved red, green, blue bytes.');
    expect(apply(0, 2, 0)).to.throw('expected an image with positive integer sides, got width 0 and height 2');
    expect(() => new Resize(2).apply({ width: 1, height: 1, data: new Uint8Array(2), channels: 2 as 1 })).to.throw(
      'expected an image of 3 channels (RGB) or 1 (gray), got channels 2',
    );
  });
});
