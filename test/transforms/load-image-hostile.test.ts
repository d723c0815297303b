import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { loadImage } from 'tfjs-zoo/transforms';
import { fixtures, rejection } from './support.js';

const files = new URL('files/', fixtures);
const samples = readdirSync(files).map((name) => ({ name, bytes: readFileSync(new URL(name, files)) }));
const sample = (name: string) => Buffer.from(samples.find((entry) => entry.name === name)!.bytes);

/** Loads, and lets only a proper error pass; undefined where there was one. */
async function load(bytes: Uint8Array) {
  try {
    return await loadImage(bytes);
  } catch (error) {
    expect((error as Error).name, String((error as Error).stack)).to.equal('ImageError');
    expect((error as Error).message).to.match(/^loadImage: expected [^\n]+, got [^\n]+\. [^\n]+\.$/);
    return undefined;
  }
}

describe('loadImage, damaged and hostile files', () => {
  it('never takes a file for whole that was cut in its pixels', async () => {
    for (const { name, bytes } of samples) {
      // These have more behind their pixels.
      if (/^(animated|trailing)/.test(name)) continue;
      expect(await load(bytes.subarray(0, Math.trunc(bytes.length * 0.9))), name).to.equal(undefined);
    }
  });

  it('refuses every cut with one line', async () => {
    for (const name of ['420.jpg', 'palette.gif', 'palette.png', 'palette.bmp', 'exif-6.jpg', '444-progressive.jpg']) {
      const bytes = sample(name);
      for (let length = 0; length < bytes.length - 2; length += length < 40 ? 1 : 13) {
        expect(await load(bytes.subarray(0, length)), `${name}, ${length} bytes`).to.equal(undefined);
      }
    }
  });

  it('gives an image or an ImageError for any damage', async () => {
    const log = console.log;
    console.log = () => {}; // omggif warns there
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...samples),
          fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
            minLength: 1,
            maxLength: 6,
          }),
          async ({ bytes }, changes) => {
            const damaged = Uint8Array.from(bytes);
            for (const [where, value] of changes) damaged[Math.trunc(where * damaged.length)] = value;
            const image = await load(damaged);
            if (image) expect(image.data.length).to.equal(image.width * image.height * 3);
          },
        ),
        { numRuns: 400 },
      );
    } finally {
      console.log = log;
    }
  });

  it('refuses more pixels than Pillow does, before it makes room for them', async () => {
    const png = sample('rgb.png');
    png.writeUInt32BE(100_000, 16);
    png.writeUInt32BE(100_000, 20);
    const jpeg = sample('444.jpg');
    jpeg.writeUInt32BE(0xffffffff, jpeg.indexOf(Buffer.of(0xff, 0xc0)) + 5);
    const gif = sample('palette.gif');
    gif.writeUInt32BE(0xffffffff, 6);
    const bmp = sample('rgb.bmp');
    bmp.writeInt32LE(20_000, 18);
    bmp.writeInt32LE(-20_000, 22);
    const sizes = { '100000×100000': png, '65535×65535': jpeg, '20000×20000': bmp };
    for (const [size, bytes] of Object.entries({ ...sizes, '65535×65535 ': gif })) {
      expect((await rejection(loadImage(bytes))).message).to.equal(
        `loadImage: expected at most 178956970 pixels, got ${size.trim()}. Scale the picture down first.`,
      );
    }
  });

  it('refuses more blocks than a JPEG can hold, before it makes room for them', async () => {
    const jpeg = sample('444.jpg');
    jpeg.writeUInt32BE((13_000 << 16) | 13_000, jpeg.indexOf(Buffer.of(0xff, 0xc0)) + 5);
    expect((await rejection(loadImage(jpeg))).message).to.equal(
      `loadImage: expected at least 990234 bytes, a bit for each block of a JPEG of 169000000 pixels, got ${jpeg.length}. The file is damaged: get it again.`,
    );
  });

  it('refuses empty pictures and kinds of JPEG that it cannot read', async () => {
    const jpeg = (change: (bytes: Buffer, frame: number) => void) => {
      const bytes = sample('444.jpg');
      change(bytes, bytes.indexOf(Buffer.of(0xff, 0xc0)));
      return rejection(loadImage(bytes)).then((error) => error.message);
    };
    expect(await jpeg((bytes, frame) => bytes.writeUInt16BE(0, frame + 5))).to.include(
      'expected a JPEG with pixels, got a size of 37×0',
    );
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(0xc9, frame + 1))).to.include('got frame type SOF9');
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(12, frame + 4))).to.include('8 bits per sample, got 12');
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(2, frame + 9))).to.include('got 1,2 in');
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(1, frame + 13))).to.include('got 1,1,3 in');
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(0x51, frame + 11))).to.include('factors of 1 to 4, got 5×1');
    expect(await jpeg((bytes, frame) => bytes.writeUInt8(9, frame + 10))).to.include(
      'expected a JPEG with scans of components 9,2,3, got none of 9.',
    );
    const rle = sample('palette.bmp');
    rle.writeUInt32LE(1, 30);
    expect((await rejection(loadImage(rle))).message).to.include(
      'got 8 bits with compression 1 and a header of 40 bytes.',
    );
  });
});
