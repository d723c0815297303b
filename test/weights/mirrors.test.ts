import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DownloadError } from 'tfjs-zoo/weights';
import * as page from '../../weights/page.js';
import * as answers from '../support/file-server.js';
import { Bench, rejection } from './support.js';

describe('mirrors of weights', () => {
  const bench = new Bench();
  /** The folder that a server's file is in. */
  const baseOf = ({ url }: { url: string }) => url.replace(/\/model\.pth$/, '');

  it('are tried in order: the option, the own address, the others; an error names each with its cause', async () => {
    const option = await bench.serve(answers.status(404));
    const own = await bench.serve(answers.html('text/html'));
    const third = await bench.serve(answers.other);
    const error = (await rejection(
      bench.fetch(bench.entry(own.url, { mirrors: [third.url] }), { mirror: `${baseOf(option)}/` }),
    )) as DownloadError;
    expect(error).to.be.instanceOf(DownloadError);
    expect(error.attempts.map(({ url }) => url)).to.deep.equal([option.url, own.url, third.url]);
    expect(error.message)
      .to.include(`got none from ${option.url} (HTTP status 404 Not Found), ${own.url} (an HTML page`)
      .and.include(`${third.url} (SHA-256 `)
      .and.not.include('\n');
    expect(bench.names()).to.deep.equal([]);
  });

  it('spare the others when the first is good', async () => {
    const [mirror, own] = [await bench.serve(), await bench.serve()];
    process.env.TFJS_ZOO_MIRROR = baseOf(mirror);
    await bench.fetch(bench.entry(own.url));
    expect([mirror.asked, own.asked]).to.deep.equal([['all'], []]);
  });

  it('are the option rather than the variable', async () => {
    const mirror = await bench.serve();
    process.env.TFJS_ZOO_MIRROR = 'http://127.0.0.1:9';
    await bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'), { mirror: baseOf(mirror) });
    expect(mirror.asked).to.deep.equal(['all']);
  });

  it('may want a password, which no message shows', async () => {
    const seen: (string | undefined)[] = [];
    const guarded = await bench.serve((request, response, file) => {
      seen.push(request.headers.authorization);
      (seen.length === 1 ? answers.status(403) : answers.ranged)(request, response, file);
    });
    const mirror = baseOf(guarded).replace('//', '//me:s%3Acret@');
    const error = await rejection(bench.fetch(bench.entry(guarded.url.replace(/\d+\/m/, '9/m')), { mirror }));
    expect(error.message)
      .to.match(/me:\S+@127/)
      .and.not.include('cret');
    await bench.fetch(bench.entry(guarded.url), { mirror });
    expect(seen).to.deep.equal(Array(2).fill(`Basic ${Buffer.from('me:s:cret').toString('base64')}`));
  });

  it('show no password where they have another file, nor leave it in the cache', async () => {
    const server = await bench.serve(answers.cut(5000, 300), answers.ranged);
    const url = server.url.replace('//', '//me:secret@');
    const entry = bench.entry(url, { sha256: 'f'.repeat(64) });
    await rejection(bench.fetch(entry, {}, { retries: 0 }));
    const source = readFileSync(join(bench.folder, bench.names().find((name) => name.endsWith('.source'))!), 'utf8');
    const error = await rejection(bench.fetch(entry));
    expect(error).to.include({ name: 'IntegrityError', url: url.replace('secret', '%E2%80%A6') });
    for (const text of [source, error.message]) expect(text).to.include('me:%E2%80%A6@').and.not.include('secret');
  });

  it('keep what is asked of them behind a question mark', async () => {
    const paths: (string | undefined)[] = [];
    const server = await bench.serve((request, response, file) => {
      paths.push(request.url);
      answers.ranged(request, response, file);
    });
    await bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'), { mirror: `${baseOf(server)}/files?key=7` });
    expect(paths).to.deep.equal(['/files/model.pth?key=7']);
  });

  it('must be URLs', async () => {
    for (const mirror of ['mirror.example.org', 'ftp://example.org']) {
      expect((await rejection(bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'), { mirror }))).message).to.equal(
        `pretrained: expected the mirror (option mirror, or TFJS_ZOO_MIRROR) as an http, https or file URL, got '${mirror}'. ` +
          "Name the folder that holds the files, such as 'https://example.org/models'.",
      );
    }
  });

  it('are what a page is told to read from, which has no paths', async () => {
    const error = await rejection(
      page.fetchToCache(bench.entry('https://a.org/x.pth'), { mirror: 'https://mirror.org/m' }),
    );
    expect(error.message).to.equal(
      'fetchWeights: expected Node, where a file has a path, got a page. Pass pretrained to createModel, or https://mirror.org/m/x.pth ' +
        'as weights, if its server lets this page read it.',
    );
  });
});
