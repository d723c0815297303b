import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { DownloadError, type FetchProgress, IntegrityError } from 'tfjs-zoo/weights';
import * as answers from '../support/file-server.js';
import { Bench, rejection } from './support.js';

const howToGoOn =
  'Name a mirror (--mirror, option mirror, or TFJS_ZOO_MIRROR), or pass a file of your own as weights (--weights FILE).';

describe('a download of weights', () => {
  const bench = new Bench();

  it('comes once, whole, and from then on out of the cache without a network', async () => {
    const server = await bench.serve();
    const progress: FetchProgress[] = [];
    const path = await bench.fetch(bench.entry(server.url), { onProgress: (each) => progress.push(each) });
    expect(path).to.equal(bench.path());
    expect(bench.isCached).to.equal(true);
    expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
    expect(progress.at(-1)).to.deep.equal({ stage: 'downloading', loaded: 100_000, total: 100_000 });
    expect(await bench.fetch(bench.entry(server.url))).to.equal(path);
    expect(server.asked).to.deep.equal(['all']);
  });

  it('knows a file by the first digits of its hash and a rounded size', async () => {
    const server = await bench.serve();
    const entry = bench.entry(server.url, {
      sha256: bench.sha256.slice(0, 8).toUpperCase(),
      size: { mebibytes: 0.095 },
    });
    expect(await bench.fetch(entry)).to.equal(bench.path());
    expect(bench.isCached).to.equal(true);
  });

  it('comes from a file URL too, as of a shared folder', async () => {
    mkdirSync(bench.folder);
    const shared = join(bench.folder, '../shared.pth');
    writeFileSync(shared, bench.file);
    const path = await bench.fetch(bench.entry(pathToFileURL(shared).href));
    expect(path).to.match(/shared-[\da-f]{8}\.pth$/);
    expect(readFileSync(path)).to.deep.equal(Buffer.from(bench.file));
    const error = await rejection(bench.fetch(bench.entry('file:///no/such.pth')));
    expect(error.message).to.include('file:///no/such.pth (ENOENT: no such file)');
  });

  const good: readonly (readonly [what: string, ...script: answers.Answer[]])[] = [
    ['sends a length but no ranges', answers.whole],
    ['compresses it on the way', answers.compressed],
    ['sends it without a length', answers.unannounced(100_000)],
    ['is overloaded at first', answers.status(503, { 'Retry-After': '0' }), answers.ranged],
    ['asks to wait until a date', answers.status(429, { 'Retry-After': new Date(0).toUTCString() }), answers.ranged],
    ['cuts the connection twice', answers.cut(10_000), answers.cut(50_000), answers.ranged],
    ['stalls', answers.stalled(30_000), answers.ranged],
    ['does not answer at first', answers.silent, answers.ranged],
    ['cuts the connection, and then knows no ranges', answers.cut(10_000), answers.whole],
    ['cuts the connection, and then compresses', answers.cut(10_000), answers.compressed],
    ['sends another range than was asked for', answers.cut(10_000), answers.wrongRange],
  ];
  for (const [what, ...script] of good) {
    it(`succeeds with a server that ${what}`, async () => {
      const server = await bench.serve(...script);
      await bench.fetch(bench.entry(server.url));
      expect(bench.isCached).to.equal(true);
      expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
    });
  }

  const bad: readonly (readonly [what: string, answer: answers.Answer, reason: string])[] = [
    ['has no such file', answers.status(404), 'HTTP status 404 Not Found'],
    ['refuses', answers.status(403), 'HTTP status 403 Forbidden'],
    ['fails again and again', answers.status(500), 'HTTP status 500 Internal Server Error'],
    ['asks to wait too long', answers.status(503, { 'Retry-After': '3600' }), 'HTTP status 503 Service Unavailable'],
    ['sends a page', answers.html('text/html'), 'an HTML page, perhaps of a login or of a captive portal'],
    [
      'sends a page without a length as something else',
      (request, response, file) => {
        response.removeHeader('content-length');
        response.writeHead(200, { 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/octet-stream' });
        answers.html('application/octet-stream')(request, { writeHead: () => response } as never, file);
      },
      'an HTML page, perhaps of a login or of a captive portal',
    ],
    ['announces too little', answers.announced(99_999), 'a file of 99999 bytes instead of 100000 bytes'],
    ['announces too much', answers.announced(100_001), 'a file of 100001 bytes instead of 100000 bytes'],
    ['sends too little', answers.unannounced(99_999), '99999 bytes instead of 100000 bytes'],
    ['sends too much', answers.unannounced(100_001), 'more than 100000 bytes'],
    ['never ends', answers.endless, 'more than 100000 bytes'],
    ['sends nothing', answers.silent, 'no bytes for 0.2 s'],
    ['redirects in a circle', answers.redirectLoop, 'a redirect loop'],
  ];
  for (const [what, answer, reason] of bad) {
    it(`fails with one error at a server that ${what}, and leaves the cache as it was`, async () => {
      const server = await bench.serve(answer);
      const error = await rejection(bench.fetch(bench.entry(server.url)));
      expect(error).to.be.instanceOf(DownloadError);
      expect(error.message).to.equal(
        `pretrained: expected the weights TEST of lenet (100000 bytes), got none from ${server.url} (${reason}). ${howToGoOn}`,
      );
      expect((error as DownloadError).attempts).to.deep.equal([{ url: server.url, reason }]);
      expect(bench.names()).to.deep.equal([]);
    });
  }

  it('tells a wrong hash, and keeps nothing of the file', async () => {
    const server = await bench.serve(answers.other);
    const error = (await rejection(bench.fetch(bench.entry(server.url)))) as IntegrityError;
    expect(error).to.be.instanceOf(IntegrityError);
    expect([error.url, error.expected]).to.deep.equal([server.url, bench.sha256]);
    expect(error.message).to.equal(
      `${server.url}: expected SHA-256 ${bench.sha256}, got ${error.actual}. The server has another file. ${howToGoOn}`,
    );
    expect(server.asked, 'nothing was resumed, so once is enough').to.deep.equal(['all']);
    expect(bench.names()).to.deep.equal([]);
  });

  it('tells connections that cannot be made', async () => {
    const server = await bench.serve();
    await server.close();
    bench.servers = [];
    expect((await rejection(bench.fetch(bench.entry(server.url)))).message).to.include(
      `${server.url} (ECONNREFUSED: connection refused)`,
    );
    const error = await rejection(bench.fetch(bench.entry('http://no-such-host.invalid/model.pth')));
    expect(error.message).to.match(
      /no-such-host\.invalid\/model\.pth \((ENOTFOUND: no such host|EAI_AGAIN: no answer .*)\)\./,
    );
  });

  it('keeps what came before the connection broke for good, for the next to go on from', async () => {
    const server = await bench.serve(answers.cut(10_000, 300), answers.cut(0), answers.cut(0), answers.ranged);
    const error = await rejection(bench.fetch(bench.entry(server.url), {}, { stall: 5000 }));
    expect(error.message).to.match(/\(a cut connection: [^)]+\)/);
    expect(bench.names()).to.deep.equal([`${bench.name}.partial`, `${bench.name}.source`]);
    await bench.fetch(bench.entry(server.url));
    expect(bench.isCached).to.equal(true);
    expect(server.asked).to.deep.equal(['all', 'bytes=10000-', 'bytes=10000-', 'bytes=10000-']);
  });

  describe('on a full disk', () => {
    it('says how many bytes are needed and where, and keeps nothing', async () => {
      const server = await bench.serve();
      mkdirSync(bench.folder);
      // A file that answers every byte with ENOSPC.
      symlinkSync('/dev/full', bench.path('.partial'));
      rmSync(bench.path('.source'), { force: true });
      const error = await rejection(bench.fetch(bench.entry(server.url)));
      expect(error).to.be.instanceOf(DownloadError);
      expect(error.message).to.equal(
        `pretrained: expected room for 100000 bytes in ${bench.folder}, got ENOSPC. ` +
          'Free some, or name another folder (option cacheFolder, or TFJS_ZOO_CACHE).',
      );
      expect(bench.names()).to.deep.equal([]);
    });

    it('does not begin what cannot fit', async () => {
      const server = await bench.serve();
      const error = await rejection(bench.fetch(bench.entry(server.url, { size: { bytes: 2 ** 52 } })));
      expect(error.message).to.match(
        /^pretrained: expected room for 4503599627370496 bytes in \S+, got [\d.]+ MiB\. Free/,
      );
      expect(server.asked).to.deep.equal([]);
    });
  });

  it('says that the cache folder cannot be written', async () => {
    const server = await bench.serve();
    writeFileSync(bench.folder, 'a file, where the folder should be');
    const error = await rejection(bench.fetch(bench.entry(server.url)));
    expect(error).to.be.instanceOf(DownloadError);
    expect(error.message).to.equal(
      `pretrained: expected a cache folder that can be written, got EEXIST at ${bench.folder}. ` +
        'Check its rights, or name another (option cacheFolder, or TFJS_ZOO_CACHE).',
    );
    rmSync(bench.folder);
  });

  it('stops when it is told to: while bytes come, while none come, and before a retry', async () => {
    for (const answer of [answers.slow(1000, 10), answers.stalled(100), answers.silent, answers.status(503)]) {
      const server = await bench.serve(answer);
      const controller = new AbortController();
      const reason = new Error('enough');
      setTimeout(() => controller.abort(reason), 60);
      const options = { signal: controller.signal };
      const error = await rejection(bench.fetch(bench.entry(server.url), options, { stall: 60_000, pause: 900 }));
      expect(error).to.equal(reason);
      expect(bench.names()).to.not.include(`${bench.name}.lock`);
    }
    const aborted = { signal: AbortSignal.abort(new Error('never')) };
    expect((await rejection(bench.fetch(bench.entry('http://127.0.0.1:9/x.pth'), aborted))).message).to.equal('never');
  });
});
