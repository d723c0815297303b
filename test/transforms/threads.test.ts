import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { ImageError } from 'tfjs-zoo';
import { loadImage } from 'tfjs-zoo/transforms';
import { DecodingThreads } from '../../src/transforms/load-image/threads-node.js';
import { Turns } from '../../src/transforms/load-image/turns.js';
import { root } from '../docs/support.js';

const picture = new URL('../fixtures/images/files/420.jpg', import.meta.url).pathname;

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('expected a rejection'),
    (error) => error,
  );
}

describe('threads that decode images', () => {
  let folder: string;
  /** What the package starts, as JavaScript. */
  let decoding: URL;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-threads-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const outfile = join(folder, 'decode-thread.mjs');
    await build({
      entryPoints: [join(root, 'src/transforms/load-image/decode-thread-node.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      conditions: ['tfjs-zoo-source', 'node'],
    });
    decoding = pathToFileURL(outfile);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A thread that runs this. */
  function script(code: string): URL {
    const file = join(folder, `${Math.random()}.mjs`);
    writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${code}`);
    return pathToFileURL(file);
  }

  it('give what loadImage gives, each to who asked for it', async () => {
    const threads = new DecodingThreads(decoding, 2);
    const want = await loadImage(picture);
    const got = await Promise.all([1, 2, 3, 4, 5].map(() => threads.load(picture)));
    for (const image of got) expect(image).to.deep.equal(want);
    const error = await rejection(threads.load('nowhere.jpg'));
    expect(error).to.be.instanceOf(ImageError);
    expect(error.message).to.match(/^loadImage: expected an image .* at nowhere\.jpg, got ENOENT/);
  });

  it('are asked in turn', async () => {
    const threads = new DecodingThreads(
      script(`const data = Uint8Array.of(Math.random() * 256, Math.random() * 256, Math.random() * 256);
        parentPort.on('message', ({ id }) => parentPort.postMessage({ id, image: { width: 1, height: 1, data } }));`),
      3,
    );
    const images = await Promise.all(Array.from({ length: 30 }, () => threads.load('x')));
    const counts = new Map<string, number>();
    for (const { data } of images) counts.set(String(data), (counts.get(String(data)) ?? 0) + 1);
    expect([...counts.values()]).to.deep.equal([10, 10, 10]);
  });

  it('leave nobody waiting when they end', async () => {
    const threads = new DecodingThreads(
      script(`let count = 0;
        parentPort.on('message', ({ id }) => {
          if (++count === 3) process.exit(7);
          parentPort.postMessage({ id, image: { width: 1, height: 1, data: Uint8Array.of(count, 0, 0) } });
        });`),
      1,
    );
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => threads.load('x')));
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect((results[2] as PromiseRejectedResult).reason.message).to.equal('a thread that ended with code 7');
    // The next one does better.
    expect((await threads.load('x')).width).to.equal(1);
  });

  it('are given up where they do not start', async () => {
    for (const missing of [new URL('nowhere.mjs', pathToFileURL(`${folder}/`)), script('throw new Error("no");')]) {
      const threads = new DecodingThreads(missing, 2);
      expect((await rejection(threads.load('x'))).message).to.equal('a thread that ended with code 1');
      expect((await rejection(threads.load('x'))).message).to.equal('no thread that starts');
    }
  });

  it('wait where nobody receives what they have sent', async () => {
    const threads = new DecodingThreads(decoding, 1, 1e6);
    const file = join(folder, 'image.bmp');
    writeFileSync(file, bmp(400, 400)); // 480,000 bytes: the third is too much
    let come = 0;
    const loads = Array.from({ length: 12 }, async () => {
      const { width } = await threads.load(file);
      come++;
      return width;
    });
    await loads[0];
    const before = come;
    const until = performance.now() + 1000;
    while (performance.now() < until); // busy, as with a training step
    await new Promise((resolve) => setImmediate(resolve));
    expect(come - before).to.be.below(5);
    expect(await Promise.all(loads)).to.deep.equal(Array(12).fill(400));
  });
});

/** An uncompressed bitmap without colours. */
function bmp(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(54 + width * height * 3);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return bytes;
}

describe('turns', () => {
  it('let few of many tasks run at a time, and go on after one that fails', async () => {
    const turns = new Turns(2);
    let running = 0;
    let most = 0;
    const task = (fails: boolean) => async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      if (fails) throw new Error('no');
      return 'done';
    };
    const results = await Promise.allSettled([0, 1, 0, 0, 1, 0, 0].map((fails) => turns.take(task(fails === 1))));
    expect(results.map(({ status }) => status === 'fulfilled')).to.deep.equal([
      true,
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect([most, running]).to.deep.equal([2, 0]);
    expect(await turns.take(task(false))).to.equal('done');
  });
});
