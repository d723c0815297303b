import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { loadImage } from 'tfjs-zoo/transforms';
import { launchChromium, serve } from '../support/browser.js';
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

  /** Runs code in the page that has `zoo` and `pixels`: an ImageData of 3 × 2 opaque pixels. */
  const inPage = <Result>(code: string): Promise<Result> =>
    page.evaluate(`(async () => {
      const pixels = new ImageData(new Uint8ClampedArray([${picture.join()}]), 3, 2);
      const canvas = Object.assign(document.createElement('canvas'), { width: 3, height: 2 });
      canvas.getContext('2d').putImageData(pixels, 0, 0);
      const flat = async (source) => { const { width, height, data } = await zoo.loadImage(source); return [width, height, ...data]; };
      const failure = (source) => zoo.loadImage(source).then(String, String);
      ${code}
    })()`);
  const picture = Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const want = [3, 2, ...picture.filter((_, i) => i % 4 !== 3)];

  it('reads what a page shows: pixels, canvases, bitmaps, pictures and frames', async () => {
    const sources = await inPage<Record<string, number[]>>(`
      const offscreen = new OffscreenCanvas(3, 2);
      offscreen.getContext('2d').putImageData(pixels, 0, 0);
      const bitmap = await createImageBitmap(pixels);
      const frame = new VideoFrame(canvas, { timestamp: 0 });
      const picture = Object.assign(new Image(), { src: canvas.toDataURL() });
      await picture.decode();
      const file = new File([await new Promise((resolve) => canvas.toBlob(resolve))], 'a.png');
      const url = URL.createObjectURL(file);
      const sources = { pixels, canvas, offscreen, bitmap, frame, picture, file, url };
      const read = {};
      for (const [name, source] of Object.entries(sources)) read[name] = await flat(source);
      read['a bitmap that is still there'] = await flat(bitmap);
      return read;`);
    for (const [name, got] of Object.entries(sources)) expect(got, name).to.deep.equal(want);
  });

  it('reads the frame that a video shows', async () => {
    const [width, height, ...data] = await inPage<number[]>(`
      const big = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
      const context = big.getContext('2d');
      const stream = big.captureStream(30);
      const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' });
      const parts = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.start();
      for (let i = 0; i < 10; i++) {
        context.fillStyle = 'rgb(200, 40, 90)';
        context.fillRect(0, 0, 64, 48);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await new Promise((resolve) => { recorder.onstop = resolve; recorder.stop(); });
      const video = Object.assign(document.createElement('video'), { muted: true, src: URL.createObjectURL(new Blob(parts)) });
      await video.play();
      return flat(video);`);
    expect([width, height]).to.deep.equal([64, 48]);
    const middle = data.slice(3 * (64 * 24 + 32), 3 * (64 * 24 + 32) + 3);
    [200, 40, 90].forEach((value, i) => {
      expect(middle[i], 'a lossy film').to.be.closeTo(value, 16);
    });
  });

  it('reads WebP, lossless and lossy, with and without transparency', async () => {
    const [exact, lossy, transparent, ...errors] = await inPage<(number[] | string)[]>(`
      const blob = (quality) => new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', quality));
      const bytes = new Uint8Array(await (await blob(0.5)).arrayBuffer());
      const results = [await flat(await blob(1)), await flat(bytes)];
      canvas.getContext('2d').clearRect(0, 0, 1, 1);
      results.push(await flat(await blob(0.5)));
      const empty = bytes.slice(0, 20);
      const huge = bytes.slice();
      huge.set([0xff, 0x3f, 0xff, 0x3f], 26);
      return [...results, await failure(empty), await failure(huge), await failure(bytes.slice(0, 35))];`);
    expect(exact).to.deep.equal(want);
    expect([lossy!.slice(0, 2), transparent!.slice(0, 2)]).to.deep.equal([
      [3, 2],
      [3, 2],
    ]);
    expect(errors).to.have.lengthOf(3);
    expect(errors[0]).to.equal(
      'ImageError: loadImage: expected a WebP with a picture, got none. The file is damaged: get it again.',
    );
    expect(errors[1]).to.match(/expected at most 178956970 pixels, got \d+×\d+\. Scale/);
    expect(errors[2]).to.match(/expected a WEBP that can be decoded, got 35 bytes and this: /);
  });

  it('tells why something drawable cannot be read', async () => {
    const { url, close } = await serve({ '/picture.png': readFileSync(new URL('files/rgb.png', fixtures)) });
    const errors = await inPage<string[]>(`
      const foreign = Object.assign(new Image(), { src: '${url}picture.png' });
      await foreign.decode();
      return [await failure(document.createElement('video')), await failure(new Image()), await failure(foreign)];`);
    close();
    expect(errors[0]).to.match(
      /^ImageError: loadImage: expected HTMLVideoElement with pixels that may be read, got InvalidStateError: .+\. Wait until it is loaded or plays: await image\.decode\(\), or the canplay event of a video\.$/,
    );
    expect(errors[1]).to.match(
      /^ImageError: loadImage: expected HTMLImageElement with pixels that may be read, got InvalidStateError: /,
    );
  });

  it('tells what a page cannot load', async () => {
    expect((await loadBytes(readFileSync(new URL('files/444.jpg', fixtures)).subarray(0, -2))).error).to.match(
      /^ImageError: loadImage: expected a JPEG that can be decoded, got \d+ bytes and this: .+\. The file is damaged or of a rare kind/,
    );
  });
});
