import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { loadImage } from 'tfjs-zoo/transforms';
import { difference, type FileExpectation, fixtures, readJson, rejection, sha256 } from './support.js';

const expected: Record<string, FileExpectation> = readJson('files.json');
const files = new URL('files/', fixtures);

/** How far jimp's pixels may be from libjpeg's, in levels: the worst sample, and on average. */
function tolerance(name: string): { max: number; mean: number } {
  if (/^(gray|cmyk|adobe-rgb|rgb-ids|restarts)/.test(name)) return { max: 1, mean: 0.1 };
  if (/^ycck/.test(name)) return { max: 2, mean: 0.3 };
  // Chroma of half the size: jimp repeats samples that libjpeg interpolates. The other samplings libjpeg repeats too.
  if (/^(42[02]|440|exif-\d)/.test(name)) return { max: 30, mean: 3 };
  return { max: 3, mean: 0.7 };
}

describe('loadImage, kinds of files', () => {
  it('has an expectation for every fixture', () => {
    expect(Object.keys(expected).sort()).to.deep.equal(readdirSync(files).sort());
  });

  for (const [name, want] of Object.entries(expected)) {
    const file = new URL(name, files);
    if ('refused' in want) {
      it(`refuses ${name}`, async () => {
        const error = await rejection(loadImage(file));
        expect(error.name).to.equal('ImageError');
        expect(error.message).to.match(
          /^loadImage: expected an uncompressed BMP of 1, 8, 24 or 32 bits per pixel, got \d+ bits with compression [03] and a header of (40|12) bytes\. Convert it to PNG\.$/,
        );
      });
    } else if ('sha256' in want) {
      it(`reads ${name} to the bytes of Pillow`, async () => {
        const image = await loadImage(file);
        expect([image.width, image.height]).to.deep.equal([want.width, want.height]);
        expect(sha256(image.data)).to.equal(want.sha256);
      });
    } else {
      const limit = tolerance(name);
      it(`reads ${name} within ${limit.max} levels of Pillow, ${limit.mean} on average`, async () => {
        const image = await loadImage(file);
        expect([image.width, image.height]).to.deep.equal([want.width, want.height]);
        const { max, mean } = difference(image.data, Buffer.from(want.rgb, 'base64'));
        expect(max).to.be.at.most(limit.max);
        // One pixel is no average.
        if (image.width > 1) expect(mean).to.be.at.most(limit.mean);
      });
    }
  }
});
