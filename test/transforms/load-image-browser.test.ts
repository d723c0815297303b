import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { loadImage } from 'tfjs-zoo/transforms';
import { launchChromium } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';
import { fixtures, readJson } from './support.js';

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
  expect(Object.keys(metafile.inputs).filter((name) => /jimp|platform-node|jpeg\/decode/.test(name))).to.deep.equal([]);
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
  // Chromium refuses it.
  const refused = ['no-end-marker.jpg'];

  it('gives the same pixels as in Node, without jimp', async () => {
    const names = Object.keys(readJson('files.json')).filter((name) => !refused.includes(name));
    expect(names).to.have.length.above(90);
    for (const name of names) {
      const image = await load(name);
      const want = await loadImage(new URL(`files/${name}`, fixtures));
      expect([image.width, image.height], name).to.deep.equal([want.width, want.height]);
      const worst = want.data.reduce((max, value, i) => Math.max(max, Math.abs(value - image.data![i]!)), 0);
      // Equal in today's Chromium; a level or two leaves room for the JPEG decoders of others.
      expect(worst, name).to.be.at.most(2);
    }
  });

  it('tells what is wrong with a PNG that has alpha', async () => {
    // One row of one pixel: filter 9, then a row that is not there.
    const png = (height: number, row: number[]) => {
      const header = Buffer.from('0000000000000000', 'hex');
      header.writeUInt32BE(1, 0);
      header.writeUInt32BE(height, 4);
      const chunk = (type: string, payload: Buffer) => {
        const body = Buffer.concat([Buffer.from(type), payload]);
        const ends = Buffer.alloc(8);
        ends.writeUInt32BE(payload.length, 0);
        ends.writeUInt32BE(crc32(body), 4);
        return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
      };
      const signature = Buffer.from('89504e470d0a1a0a', 'hex');
      const ihdr = chunk('IHDR', Buffer.concat([header, Buffer.of(8, 6, 0, 0, 0)]));
      return Buffer.concat([signature, ihdr, chunk('IDAT', deflateSync(Buffer.from(row))), chunk('IEND', Buffer.of())]);
    };
    expect((await loadBytes(png(1, [0, 1, 2, 3, 4]))).data).to.deep.equal([1, 2, 3]);
    expect((await loadBytes(png(1, [9, 1, 2, 3, 4]))).error).to.include('expected a PNG row filter of 0 to 4, got 9.');
    expect((await loadBytes(png(2, [0, 1, 2, 3, 4]))).error).to.include(
      'expected PNG rows up to 2, got the end of their data in row 1.',
    );
  });

  it('tells what a page cannot load', async () => {
    expect((await load('no-end-marker.jpg')).error).to.match(
      /^ImageError: loadImage: expected a JPEG that can be decoded, got \d+ bytes and this: .+\. The file is damaged/,
    );
  });
});
