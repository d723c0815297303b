import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { registerWeights } from 'tfjs-zoo/weights';
import { cacheFolderOf, cacheName, listCached, removeCached } from '../../weights/node/index.js';
import * as answers from '../support/file-server.js';
import { Bench, forgetRegistered, rejection, withoutOurVariables } from './support.js';

describe('the cache of weights', () => {
  const bench = new Bench();
  forgetRegistered();

  /** A file put into the cache by hand. */
  function put(bytes: Uint8Array): void {
    mkdirSync(bench.folder, { recursive: true });
    writeFileSync(bench.path(), bytes);
  }

  it('takes a file that was copied there by hand, and notes that it is right', async () => {
    put(bench.file);
    const server = await bench.serve();
    expect(await bench.fetch(bench.entry(server.url))).to.equal(bench.path());
    expect(server.asked).to.deep.equal([]);
    const record = JSON.parse(readFileSync(bench.path('.record'), 'utf8'));
    expect(record).to.include({ model: 'lenet', weights: 'TEST', sha256: bench.sha256, bytes: 100_000 });
  });

  const damages: readonly (readonly [what: string, damage: (file: Uint8Array) => Uint8Array, recheck: boolean])[] = [
    ['became shorter', (file) => file.subarray(0, 99_999), false],
    ['was changed', (file) => file.map((byte, i) => (i === 500 ? byte ^ 1 : byte)), false],
    ['decayed with nothing to show for it, when it is to be checked', (file) => file.map((byte) => byte ^ 1), true],
  ];
  for (const [what, damage, recheck] of damages) {
    it(`fetches a file anew that ${what}, and keeps it until there is a better one`, async () => {
      const server = await bench.serve(answers.ranged, answers.status(404), answers.ranged);
      const entry = bench.entry(server.url);
      await bench.fetch(entry);
      const { mtimeMs } = JSON.parse(readFileSync(bench.path('.record'), 'utf8'));
      const damaged = damage(bench.file);
      writeFileSync(bench.path(), damaged);
      utimesSync(bench.path(), new Date(), new Date(0));
      if (recheck) {
        writeFileSync(bench.path('.record'), readFileSync(bench.path('.record'), 'utf8').replace(String(mtimeMs), '0'));
        expect(await bench.fetch(entry), 'nothing shows it').to.equal(bench.path());
      }
      const error = await rejection(bench.fetch(entry, { recheck }));
      expect(error.message).to.match(
        /\(HTTP status 404 Not Found\)\. The copy in the cache is damaged: \S+ has (SHA-256|99999 bytes) .*instead of .*\. Name a mirror/,
      );
      expect(readFileSync(bench.path())).to.deep.equal(Buffer.from(damaged));
      await bench.fetch(entry, { recheck });
      expect(bench.isCached).to.equal(true);
      expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
    });
  }

  it('hashes a file again when its record is torn or of another file', async () => {
    put(bench.file);
    for (const text of ['{"bytes":', '7', '{"bytes":1}']) {
      writeFileSync(bench.path('.record'), text);
      await bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'));
      expect(JSON.parse(readFileSync(bench.path('.record'), 'utf8')).sha256).to.equal(bench.sha256);
    }
  });

  it('can be one that others keep', async () => {
    put(bench.file);
    mkdirSync(bench.path('.record')); // which cannot be written, for root neither
    expect(await bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'))).to.equal(bench.path());
  });

  it('names files by what they are called, and by their hash', () => {
    const named = (url: string, sha256 = 'ABCDEF0123') => cacheName({ ...bench.entry(url), sha256 });
    expect(named('https://a.org/b/alexnet-abcdef01.pth')).to.equal('alexnet-abcdef01.pth');
    expect(named('https://a.org/b/model.safetensors?download=1')).to.equal('model-abcdef01.safetensors');
    expect(named('https://a.org/b/%2e%2e%2fpasswd')).to.equal('_2e_2e_2fpasswd-abcdef01');
    expect(named('https://a.org/')).to.equal('lenet-abcdef01.pth');
  });

  describe('its folder', () => {
    withoutOurVariables();

    it('is the option, else TFJS_ZOO_CACHE, else the system has one', () => {
      expect(cacheFolderOf()).to.match(/tfjs-zoo/);
      process.env.TFJS_ZOO_CACHE = '/of/the/variable';
      expect(cacheFolderOf()).to.equal('/of/the/variable');
      expect(cacheFolderOf('/of/the/option')).to.equal('/of/the/option');
    });
  });

  it('lists what is there, of ours only, and removes it', async () => {
    const server = await bench.serve(answers.ranged, answers.cut(5000, 300), answers.status(404));
    expect(await listCached(bench.folder)).to.deep.equal([]);
    await bench.fetch(bench.entry(server.url));
    const other = bench.entry(server.url, { name: 'OTHER', sha256: 'f'.repeat(64) });
    await rejection(bench.fetch(other, {}, { stall: 5000 }));
    registerWeights({ ...other, name: 'THIRD', sha256: '3'.repeat(64) });
    const byHand = 'model-33333333.pth';
    for (const name of [byHand, 'notes.txt']) writeFileSync(join(bench.folder, name), 'x');

    const files = await listCached(bench.folder);
    expect(files.map(({ path: _, ...rest }) => rest)).to.deep.equal([
      { name: byHand, state: 'complete', bytes: 1, model: 'lenet', weights: 'THIRD', isInUse: false },
      { name: bench.name, state: 'complete', bytes: 100_000, model: 'lenet', weights: 'TEST', isInUse: false },
      { name: cacheName(other), state: 'partial', bytes: 5000, model: 'lenet', weights: 'OTHER', isInUse: false },
    ]);
    for (const { name } of files) await removeCached(bench.folder, name);
    expect(bench.names()).to.deep.equal(['notes.txt']);
  });

  it('leaves alone what other programs keep, with files beside it that end like ours', async () => {
    const theirs = ['', '.lock', '.partial', '.record', '.source'].map((ending) => `model.bin${ending}`);
    mkdirSync(bench.folder, { recursive: true });
    for (const name of theirs) writeFileSync(join(bench.folder, name), '{}');
    expect(await listCached(bench.folder)).to.deep.equal([]);
    expect(bench.names()).to.deep.equal(theirs);
  });

  it('does not remove what a process is downloading', async () => {
    const server = await bench.serve(answers.slow(100, 10));
    const controller = new AbortController();
    const running = rejection(bench.fetch(bench.entry(server.url), { signal: controller.signal }));
    while (!bench.names().includes(`${bench.name}.partial`)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await listCached(bench.folder))[0]).to.include({ state: 'partial', isInUse: true });
    expect((await rejection(removeCached(bench.folder, bench.name))).message).to.equal(
      `expected a file that is not in use, got ${bench.name}, which a process is downloading. Wait for it, or stop it.`,
    );
    controller.abort();
    await running;
    await removeCached(bench.folder, bench.name);
    rmSync(bench.folder, { recursive: true });
  });
});
