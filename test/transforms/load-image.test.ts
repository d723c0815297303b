import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { loadImage } from 'tfjs-zoo/transforms';
import { fixtures, readJson, sha256 } from './support.js';

const expected: Record<string, { width: number; height: number; sha256: string }> = readJson('files.json');
const files = new URL('files/', fixtures);

describe('loadImage, kinds of files', () => {
  it('has an expectation for every fixture', () => {
    expect(Object.keys(expected).sort()).to.deep.equal(readdirSync(files).sort());
  });

  for (const [name, want] of Object.entries(expected)) {
    it(`reads ${name} as Pillow does`, async () => {
      const image = await loadImage(new URL(name, files));
      expect([image.width, image.height]).to.deep.equal([want.width, want.height]);
      expect(sha256(image.data)).to.equal(want.sha256);
    });
  }
});
