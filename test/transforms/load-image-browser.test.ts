import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { loadImage } from 'tfjs-zoo/transforms';
import { fixtures, noise, readJson } from './support.js';

const executablePath = '/usr/bin/chromium';

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
  before(async function () {
    if (!existsSync(executablePath)) this.skip();
    const script = await bundle();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.addScriptTag({ content: script });
  });
  after(() => browser?.close());

  /** Loads a file in the page: its size and pixels, or the error's text. */
  async function load(name: string): Promise<{ width?: number; height?: number; data?: number[]; error?: string }> {
    const base64 = readFileSync(new URL(`files/${name}`, fixtures)).toString('base64');
    return page.evaluate(async (source) => {
      const { zoo } = globalThis as unknown as { zoo: { loadImage: typeof loadImage } };
      try {
        const { width, height, data } = await zoo.loadImage(`data:application/octet-stream;base64,${source}`);
        return { width, height, data: [...data] };
      } catch (error) {
        return { error: String(error) };
      }
    }, base64);
  }
  // A canvas multiplies colours by alpha, which cannot be undone; the docstring says so.
  const withAlpha = [
    'rgba.png',
    'gray-alpha.png',
    'rgba-16bit.png',
    'rgba-16bit-interlaced.png',
    'gray-alpha-16bit.png',
  ];
  // Chromium refuses it.
  const refused = ['no-end-marker.jpg'];

  it('gives the same pixels as in Node, without jimp', async () => {
    const names = Object.keys(readJson('files.json')).filter((name) => ![...withAlpha, ...refused].includes(name));
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

  it('keeps the opaque pixels of pictures with alpha', async () => {
    const alpha = await load('rgba.png');
    const want = await loadImage(new URL('files/rgba.png', fixtures));
    expect([alpha.width, alpha.height]).to.deep.equal([37, 29]);
    const opaque = noise(29, 37, 1, 7).indexOf(255);
    expect(alpha.data!.slice(3 * opaque, 3 * opaque + 3)).to.deep.equal([
      ...want.data.subarray(3 * opaque, 3 * opaque + 3),
    ]);
  });

  it('tells what a page cannot load', async () => {
    expect((await load('no-end-marker.jpg')).error).to.match(
      /^ImageError: loadImage: expected a JPEG that can be decoded, got \d+ bytes and this: .+\. The file is damaged/,
    );
  });
});
