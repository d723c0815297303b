import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import * as answers from '../support/file-server.js';
import { Bench, rejection } from './support.js';

describe('a download that was interrupted', () => {
  const bench = new Bench();

  /** Leaves what a killed process leaves. */
  function leave(bytes: Uint8Array, source?: object): void {
    mkdirSync(bench.folder, { recursive: true });
    writeFileSync(bench.path('.partial'), bytes);
    if (source) writeFileSync(bench.path('.source'), JSON.stringify(source));
  }

  it('goes on where it ended', async () => {
    leave(bench.file.subarray(0, 60_000));
    const server = await bench.serve();
    const loaded: number[] = [];
    await bench.fetch(bench.entry(server.url), { onProgress: (progress) => loaded.push(progress.loaded) });
    expect(server.asked).to.deep.equal(['bytes=60000-']);
    expect(loaded[0]).to.be.greaterThan(60_000);
    expect(bench.isCached).to.equal(true);
    expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
  });

  it('goes on at another server', async () => {
    const [broken, mirror] = [await bench.serve(answers.cut(40_000, 300), answers.status(404)), await bench.serve()];
    await bench.fetch(bench.entry(broken.url, { mirrors: [mirror.url] }), {}, { stall: 5000 });
    expect(broken.asked).to.deep.equal(['all', 'bytes=40000-']);
    expect(mirror.asked).to.deep.equal(['bytes=40000-']);
    expect(bench.isCached).to.equal(true);
  });

  it('is not mixed with another version of the file', async () => {
    const server = await bench.serve();
    leave(new Uint8Array(60_000), { url: server.url, validator: '"another"' });
    await bench.fetch(bench.entry(server.url));
    expect(server.asked, 'If-Range made the server send the whole').to.deep.equal(['bytes=60000-']);
    expect(bench.isCached).to.equal(true);
  });

  it('begins again, once, where what had come was wrong', async () => {
    leave(new Uint8Array(60_000));
    const server = await bench.serve();
    await bench.fetch(bench.entry(server.url));
    expect(server.asked).to.deep.equal(['bytes=60000-', 'all']);
    expect(bench.isCached).to.equal(true);
  });

  it('is wrong in the end if the whole file is wrong too', async () => {
    leave(bench.file.subarray(0, 60_000));
    const server = await bench.serve(answers.other);
    const error = await rejection(bench.fetch(bench.entry(server.url)));
    expect(error.message).to.match(/expected SHA-256 [\da-f]{64}, got [\da-f]{64}\./);
    expect(server.asked).to.deep.equal(['bytes=60000-', 'all']);
    expect(bench.names()).to.deep.equal([]);
  });

  it('asks for nothing where all had come', async () => {
    leave(bench.file);
    const server = await bench.serve();
    await bench.fetch(bench.entry(server.url));
    expect(server.asked).to.deep.equal([]);
    expect(bench.isCached).to.equal(true);
  });

  for (const [what, bytes] of [
    ['all had come, and wrong', new Uint8Array(100_000)],
    ['more had come than there is', new Uint8Array(100_001)],
  ] as const) {
    it(`begins again where ${what}`, async () => {
      leave(bytes);
      const server = await bench.serve();
      await bench.fetch(bench.entry(server.url));
      expect(server.asked.at(-1)).to.equal('all');
      expect(bench.isCached).to.equal(true);
    });
  }

  it('stays as it is while the server does not have the file', async () => {
    leave(bench.file.subarray(0, 60_000));
    const server = await bench.serve(answers.status(404));
    await rejection(bench.fetch(bench.entry(server.url)));
    expect(bench.names()).to.deep.equal([`${bench.name}.partial`]);
  });

  it('begins again where another process wrote to the same file', async () => {
    const server = await bench.serve();
    let isDisturbed = false;
    const disturb = () => {
      if (!isDisturbed) appendFileSync(bench.path('.partial'), 'x');
      isDisturbed = true;
    };
    await bench.fetch(bench.entry(server.url), { onProgress: disturb });
    expect(server.asked).to.deep.equal(['all', 'all']);
    expect(bench.isCached).to.equal(true);
    const error = await rejection(
      bench.fetch(bench.entry(server.url, { sha256: 'f'.repeat(64) }), {
        onProgress: () => appendFileSync(bench.path('.partial').replace(/-\w{8}\./, '-ffffffff.'), 'x'),
      }),
    );
    expect(error.message).to.include('(a second process that writes the same file)');
  });

  it('stays when the caller stops it', async () => {
    const server = await bench.serve(answers.slow(1000, 5), answers.ranged);
    const controller = new AbortController();
    const onProgress = ({ loaded }: { loaded: number }) => loaded > 20_000 && controller.abort();
    await rejection(bench.fetch(bench.entry(server.url), { signal: controller.signal, onProgress }));
    expect(existsSync(bench.path('.partial'))).to.equal(true);
    await bench.fetch(bench.entry(server.url));
    expect(server.asked[1]).to.match(/^bytes=2\d000-$/);
    expect(bench.isCached).to.equal(true);
  });
});
