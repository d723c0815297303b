import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Jimp } from 'jimp';
import { type ImageSource, loadImage } from 'tfjs-zoo/transforms';
import { fixtures, readJson, rejection, sha256 } from './support.js';

const file = new URL('files/rgb.png', fixtures);
const bytes = readFileSync(file);
const want: { sha256: string } = readJson('files.json')['rgb.png'];

describe('loadImage, sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'load-image-'));
  after(() => rmSync(folder, { recursive: true }));

  async function expectImage(source: ImageSource): Promise<void> {
    const image = await loadImage(source);
    expect([image.width, image.height]).to.deep.equal([37, 29]);
    expect(image.data).to.be.instanceOf(Uint8Array);
    expect(sha256(image.data)).to.equal(want.sha256);
  }

  it('takes a path, a file: URL as text or object, and a data: URL', async () => {
    await expectImage(fileURLToPath(file));
    await expectImage(file);
    await expectImage(file.href);
    await expectImage(`data:image/png;base64,${bytes.toString('base64')}`);
  });

  it('takes bytes as Buffer, view into a larger buffer, ArrayBuffer, Blob and File', async () => {
    await expectImage(bytes);
    const padded = new Uint8Array(bytes.length + 20);
    padded.set(bytes, 7);
    await expectImage(padded.subarray(7, 7 + bytes.length));
    await expectImage(new Uint8Array(bytes).buffer);
    await expectImage(new Blob([bytes]));
    await expectImage(new (await import('node:buffer')).File([bytes], 'rgb.png') as Blob);
  });

  it('takes a jimp image, and leaves it alone', async () => {
    const jimp = await Jimp.read(bytes);
    const before = Buffer.from(jimp.bitmap.data);
    await expectImage(jimp);
    expect(jimp.bitmap.data.equals(before)).to.equal(true);
  });

  it('takes pixels of 1 to 4 channels, and copies them', async () => {
    const load = async (channels: number, data: number[]) => [
      ...(await loadImage({ width: 2, height: 1, data: Uint8ClampedArray.from(data) })).data,
      channels,
    ];
    expect(await load(1, [7, 9])).to.deep.equal([7, 7, 7, 9, 9, 9, 1]);
    expect(await load(2, [7, 0, 9, 1])).to.deep.equal([7, 7, 7, 9, 9, 9, 2]);
    expect(await load(3, [1, 2, 3, 4, 5, 6])).to.deep.equal([1, 2, 3, 4, 5, 6, 3]);
    expect(await load(4, [1, 2, 3, 0, 4, 5, 6, 255])).to.deep.equal([1, 2, 3, 4, 5, 6, 4]);
    const data = Uint8Array.of(1, 2, 3);
    const image = await loadImage({ width: 1, height: 1, data });
    image.data[0] = 99;
    expect(data[0]).to.equal(1);
  });

  describe('over HTTP', () => {
    const server = createServer((request, response) => {
      if (request.url === '/rgb.png') response.end(bytes);
      else if (request.url === '/slow') response.flushHeaders();
      else response.writeHead(404).end('gone');
    });
    let origin = '';
    before((done) => {
      server.listen(0, '127.0.0.1', () => {
        origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        done();
      });
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    it('takes a URL as text or object', async () => {
      await expectImage(`${origin}/rgb.png`);
      await expectImage(new URL(`${origin}/rgb.png`));
    });

    it('tells the status of an answer that is none', async () => {
      const error = await rejection(loadImage(`${origin}/cat.jpg`));
      expect(error.name).to.equal('ImageError');
      expect(error.message).to.equal(
        `loadImage: expected an image (JPEG, PNG, GIF and BMP) at ${origin}/cat.jpg, got HTTP 404 Not Found. Check the path or URL.`,
      );
    });

    it('tells why nothing answers', async () => {
      const error = await rejection(loadImage('http://127.0.0.1:1/cat.jpg'));
      expect(error.message).to.match(/at http:\/\/127\.0\.0\.1:1\/cat\.jpg, got fetch failed \(.+\)\. Check/);
    });

    it('stops when its signal says so', async () => {
      const controller = new AbortController();
      const loading = rejection(loadImage(`${origin}/slow`, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 20);
      expect((await loading).name).to.equal('AbortError');
      expect((await rejection(loadImage(bytes, { signal: AbortSignal.abort() }))).name).to.equal('AbortError');
    });
  });

  it('tells what is missing, empty, or no image', async () => {
    const missing = join(folder, 'cat.jpg');
    expect((await rejection(loadImage(missing))).message).to.match(
      /^loadImage: expected an image \(JPEG, PNG, GIF and BMP\) at .*cat\.jpg, got ENOENT: no such file or directory/,
    );
    const empty = join(folder, 'empty.jpg');
    writeFileSync(empty, '');
    expect((await rejection(loadImage(empty))).message).to.include('got 0 bytes. Check the source.');
    expect((await rejection(loadImage(folder))).message).to.include('got EISDIR');
    const cases: [string | Uint8Array, string][] = [
      ['hello, world', 'got 12 bytes that start with 68 65 6c 6c 6f 2c 20 77.'],
      ['<!DOCTYPE html><html>', 'got an HTML, XML or SVG text.'],
      ['RIFF\0\0\0\0WEBPVP8 ', 'got WebP.'],
      ['\0\0\0\x20ftypavif', 'got AVIF.'],
      ['\0\0\0\x20ftypheic', 'got HEIC or another ISO media file.'],
      ['II*\0\x08\0\0\0', 'got TIFF.'],
      ['%PDF-1.4', 'got PDF.'],
    ];
    for (const [text, got] of cases) {
      const error = await rejection(loadImage(Buffer.from(text)));
      expect(error.name).to.equal('ImageError');
      expect(error.message).to.equal(
        `loadImage: expected an image (JPEG, PNG, GIF and BMP), ${got} Convert it to PNG or JPEG.`,
      );
    }
  });

  it('tells what is no source', async () => {
    const message = async (source: unknown) => (await rejection(loadImage(source as ImageSource))).message;
    expect(await message(undefined)).to.match(/expected a path, URL, bytes, Blob, jimp image or .*, got undefined\./);
    expect(await message(null)).to.include('got null.');
    expect(await message({ src: 'cat.jpg' })).to.include('got an object with src.');
    expect(await message({ width: 1, height: 1, data: new Float32Array(3) })).to.include(
      'got data of type Float32Array.',
    );
    expect(await message({ width: 2, height: 2, data: new Uint8Array(7) })).to.include(
      'expected 4, 12 or 16 bytes for gray, RGB or RGBA pixels of 2×2, got 7',
    );
    expect(await message({ width: 0, height: 2, data: new Uint8Array(0) })).to.include('got width 0 and height 2');
  });
});
