import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { loadImage } from 'tfjs-zoo/transforms';
import { launchChromium } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';
import { difference, type FileExpectation, fixtures, noise, readJson, sha256 } from './support.js';

/** The loader as a browser's bundler sees it, in a global `zoo`. */
async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: "export { loadImage } from 'tfjs-zoo/transforms';",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'browser',
    conditions: ['tfjs-zoo-source'],
    format: 'iife',
    globalName: 'zoo',
    external: ['@tensorflow/tfjs-core'],
    write: false,
    metafile: true,
    // The transforms of tensors are not used here; iife bundles can have no outside imports.
    banner: { js: 'const require = () => ({});' },
  });
  expect(Object.keys(metafile.inputs).filter((name) => /jimp|platform-node|plain-jpeg/.test(name))).to.deep.equal([]);
  return outputFiles[0]!.text;
}

describe('loadImage in Chromium (skipped where it is missing)', () => {
  let browser: Browser;
  let page: Page;
  before(needsChromium);
  before(async () => {
    const script = await bundle();
    browser = await launchChromium();
    page = await browser.newPage();
    await page.addScriptTag({ content: script });
  });
  after(() => browser?.close());

  /** Loads an image in the page: its size and pixels, or the error's text. */
  async function loadBytes(
    bytes: Buffer,
  ): Promise<{ width?: number; height?: number; data?: number[]; error?: string }> {
    return page.evaluate(async (source) => {
      const { zoo } = globalThis as unknown as { zoo: { loadImage: typeof loadImage } };
      try {
        const { width, height, data } = await zoo.loadImage(`data:application/octet-stream;base64,${source}`);
        return { width, height, data: [...data] };
      } catch (error) {
        return { error: String(error) };
      }
    }, bytes.toString('base64'));
  }

  const load = (name: string) => loadBytes(readFileSync(new URL(`files/${name}`, fixtures)));
  const expected: Record<string, FileExpectation> = readJson('files.json');
  const hasAlpha = (name: string) => /^(rgba|gray-alpha).*\.png$/.test(name);

  it('gives the pixels of Pillow, without jimp', async () => {
    const names = Object.keys(expected).filter((name) => !hasAlpha(name));
    expect(names).to.have.length.above(70);
    for (const name of names) {
      const image = await load(name);
      const want = expected[name]!;
      if ('refused' in want) {
        expect(image.error, name).to.match(/^ImageError: loadImage: expected an uncompressed BMP/);
        continue;
      }
      expect([image.width, image.height], name).to.deep.equal([want.width, want.height]);
      if ('sha256' in want) expect(sha256(Uint8Array.from(image.data!)), name).to.equal(want.sha256);
      // Equal in today's Chromium; a level or two leaves room for the JPEG decoders of others.
      else expect(difference(image.data!, Buffer.from(want.rgb, 'base64')).max, name).to.be.at.most(2);
    }
  });

  it('drops alpha, with the colours of what cannot be seen', async () => {
    const alpha = noise(29, 37, 1, 7); // as in make_files.py
    const names = Object.keys(expected).filter(hasAlpha);
    expect(names).to.have.lengthOf(5);
    for (const name of names) {
      const image = await load(name);
      const want = await loadImage(new URL(`files/${name}`, fixtures));
      want.data.forEach((value, i) => {
        const opacity = alpha[Math.trunc(i / 3)]!;
        const got = image.data![i]!;
        // A colour times alpha is rounded to a level, which is worth 255 / alpha levels of the colour.
        if (opacity === 0) expect(got, name).to.equal(0);
        else expect(Math.abs(got - value), `${name}, sample ${i}, alpha ${opacity}`).to.be.at.most(255 / opacity + 1);
      });
    }
  });

  it('tells what a page cannot load', async () => {
    expect((await loadBytes(readFileSync(new URL('files/444.jpg', fixtures)).subarray(0, -2))).error).to.match(
      /^ImageError: loadImage: expected a JPEG that can be decoded, got \d+ bytes and this: .+\. The file is damaged or of a rare kind/,
    );
  });
});
