import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { DownloadError, type FetchFileOptions, fetchFile, IntegrityError } from '../../src/core/index.js';
import {
  type Answer,
  announced,
  cut,
  endless,
  type FileServer,
  html,
  other,
  serveFile,
  silent,
  slow,
  stalled,
  status,
  unannounced,
  whole,
} from '../support/file-server.js';

const file = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 24);
const sha256 = createHash('sha256').update(file).digest('hex');
const dead = stalled(30_000);

/** A server that is busy is waited for; one of which nothing more comes, not for long. */
function patienceWith(answers: readonly Answer[]) {
  const isDead = answers.some((answer) => answer === silent || answer === dead);
  return { stall: isDead ? 500 : 10_000, retries: 2, pause: 5 };
}

const unexpected = () => new Error('expected a rejection');

describe('fetchFile', () => {
  let server: FileServer;
  let progress = 0;

  async function fetched(answers: readonly Answer[], options: FetchFileOptions = {}): Promise<Uint8Array> {
    server = await serveFile(file, ...answers);
    progress = 0;
    const onBytes = (bytes: number) => {
      progress += bytes;
    };
    return fetchFile(server.url, { bytes: file.length, sha256, patience: patienceWith(answers), onBytes, ...options });
  }

  /** What it was rejected with, progress taken back, and how often it asked. */
  async function refused(
    answers: readonly Answer[],
    reason: string | RegExp,
    { asked, ...options }: FetchFileOptions & { asked: number },
  ): Promise<Error> {
    const error = await fetched(answers, options).then(unexpected, (cause: Error) => cause);
    expect(error).to.be.instanceOf(DownloadError);
    const text = error.message.replace(server.url, 'URL');
    if (typeof reason === 'string') expect(text).to.equal(`URL: expected the file, got ${reason}`);
    else expect(text).to.match(reason);
    const { attempts } = error as DownloadError;
    expect(attempts).to.have.length(1);
    expect(attempts[0]!.url).to.equal(server.url);
    expect(text).to.include(attempts[0]!.reason);
    expect(server.asked).to.have.length(asked);
    expect(progress, 'progress taken back').to.equal(0);
    return error;
  }

  afterEach(() => server.close());

  const finished: [string, Answer[], number][] = [
    ['from a server that sends it whole', [whole], 1],
    ['from a slow one', [slow(20_000, 20)], 1],
    ['without a length', [unannounced(file.length)], 1],
    ['after a cut connection', [cut(30_000), whole], 2],
    ['after two', [cut(1), cut(99_999), whole], 3],
    ['after one that stalled', [dead, whole], 2],
    ['after one that did not answer', [silent, whole], 2],
    ['after a 500', [status(500), whole], 2],
    ['after a 429 and a 503', [status(429), status(503), whole], 3],
    ['after an answer that was shorter', [unannounced(99_999), whole], 2],
    ['after a length that was less than the file', [announced(50_000), whole], 2],
    ['after a connection that was closed without an answer', [(_, response) => void response.destroy(), whole], 2],
  ];
  for (const [how, answers, asked] of finished) {
    it(`gives the file ${how}, and progress is byte-exact`, async () => {
      const bytes = await fetched(answers);
      expect(Buffer.compare(bytes, file)).to.equal(0);
      expect(bytes.byteOffset + bytes.buffer.byteLength).to.equal(file.length);
      expect(progress).to.equal(file.length);
      expect(server.asked).to.have.length(asked);
    });
  }

  it('unpacks what was packed for the way', async () => {
    const bytes = await fetched([
      (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(file)),
    ]);
    expect(Buffer.compare(bytes, file)).to.equal(0);
    expect(progress).to.equal(file.length);
  });

  it('asks for nothing more of a file of which nothing is known', async () => {
    const bytes = await fetched([unannounced(7)], { bytes: undefined, sha256: undefined });
    expect([...bytes]).to.deep.equal([...file.subarray(0, 7)]);
    expect(progress).to.equal(7);
  });

  it('gives a file without bytes', async () => {
    expect(await fetched([status(204)], { bytes: 0, sha256: undefined })).to.have.length(0);
  });

  const connection = 'Check the address and the connection.';
  const address = 'Check the address.';
  const page = `an HTML page, as a server gives for addresses that it does not know. ${address}`;
  const faults: [string, Answer[], string | RegExp, number][] = [
    ['a 404', [status(404)], `HTTP status 404 Not Found. ${address}`, 1],
    ['a 403', [status(403)], `HTTP status 403 Forbidden. ${address}`, 1],
    ['500s without end', [status(500)], `HTTP status 500 Internal Server Error. ${connection}`, 3],
    ['a page by its type', [html('text/html; charset=utf-8')], page, 1],
    ['a page under another type', [html('application/octet-stream')], page, 1],
    ['silence', [silent], `nothing for 0.5 s. ${connection}`, 3],
    ['stalls', [dead], `nothing for 0.5 s. ${connection}`, 3],
    ['answers that are shorter', [unannounced(99_999)], `99999 of 100000 bytes. ${connection}`, 3],
    ['no bytes', [unannounced(0)], `0 of 100000 bytes. ${connection}`, 3],
    ['more bytes', [announced(100_001)], `more than 100000 bytes. ${address}`, 1],
    ['bytes for ever', [endless], `more than 100000 bytes. ${address}`, 1],
    [
      'cut connections',
      [cut(10)],
      /^URL: expected the file, got no answer \(other side closed\)\. Check the address and/,
      3,
    ],
  ];
  for (const [what, answers, reason, asked] of faults) {
    it(`says that it got ${what}`, async () => {
      await refused(answers, reason, { asked });
    });
  }

  it('says that nobody answers', async () => {
    const url = 'http://127.0.0.1:1/weights.bin';
    const error = await fetchFile(url, { patience: { retries: 0 } }).then(unexpected, (cause: Error) => cause);
    expect(error).to.be.instanceOf(DownloadError);
    expect(error.message).to.match(
      /^http:.*\.bin: expected the file, got no answer \(.+\)\. Check the address and the connection\.$/,
    );
    server = await serveFile(file);
  });

  it('stops at 64 MiB where no length is known', async () => {
    const { fetch } = globalThis;
    const chunk = new Uint8Array(2 ** 24);
    globalThis.fetch = async () => new Response(new ReadableStream({ pull: (body) => body.enqueue(chunk) }));
    try {
      await refused([whole], `more than 67108864 bytes. ${address}`, { asked: 0, bytes: undefined });
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it('refuses another file of the same length, having asked once more past what a browser keeps', async () => {
    const error = await fetched([other]).then(unexpected, (cause: Error) => cause);
    const actual = createHash('sha256')
      .update(file.map((byte) => byte ^ 1))
      .digest('hex');
    expect(error).to.be.instanceOf(IntegrityError);
    expect(error).to.include({ url: server.url, expected: sha256, actual });
    expect(error.message).to.equal(
      `${server.url}: expected SHA-256 ${sha256}, got ${actual}. The server has another file, or one of another conversion: upload the whole folder again.`,
    );
    expect(server.asked).to.have.length(2);
    expect(progress).to.equal(0);
  });

  it('in a page that cannot know, says that it may be CORS', async () => {
    const { fetch } = globalThis;
    globalThis.fetch = async () => Promise.reject(new TypeError('Failed to fetch'));
    (globalThis as { document?: unknown }).document = {};
    try {
      const reason = `no answer (Failed to fetch; the server may not allow this page to read it, by CORS). ${connection}`;
      await refused([whole], reason, { asked: 0 });
      globalThis.fetch = async () => Promise.reject('odd');
      await server.close();
      await refused([whole], `no answer (odd). ${connection}`, { asked: 0 });
    } finally {
      globalThis.fetch = fetch;
      delete (globalThis as { document?: unknown }).document;
    }
  });

  it('passes on what its progress throws, at once', async () => {
    const reason = new Error('no bar');
    const onBytes = (bytes: number) => {
      if (bytes > 0) throw reason;
    };
    expect(await fetched([whole], { onBytes }).then(unexpected, (cause: unknown) => cause)).to.equal(reason);
    expect(server.asked).to.have.length(1);
  });

  describe('when it is stopped', () => {
    const reason = new Error('enough');
    const moments: [string, Answer, number][] = [
      ['before', whole, 0],
      ['before an answer', silent, 30],
      ['while bytes come', slow(100, 5), 60],
      ['while none come', stalled(100), 60],
      ['in the pause', status(500), 60],
    ];
    for (const [when, answer, milliseconds] of moments) {
      it(`${when}, rejects with the reason at once, and takes progress back`, async () => {
        const controller = new AbortController();
        if (milliseconds === 0) controller.abort(reason);
        else setTimeout(() => controller.abort(reason), milliseconds);
        const { signal } = controller;
        const error = await fetched([answer], { signal, patience: { stall: 60_000, retries: 9, pause: 60_000 } }).then(
          unexpected,
          (cause: unknown) => cause,
        );
        expect(error).to.equal(reason);
        expect(progress).to.equal(0);
      });
    }

    it('by its own progress when bytes come and when they are taken back', async () => {
      for (const sign of [1, -1]) {
        const controller = new AbortController();
        const onBytes = (bytes: number) => {
          if (Math.sign(bytes) === sign) controller.abort(reason);
        };
        const error = await fetched([unannounced(500)], {
          signal: controller.signal,
          onBytes,
          patience: { retries: 2, pause: 60_000 },
        }).then(unexpected, (cause: unknown) => cause);
        expect(error).to.equal(reason);
        if (sign > 0) await server.close();
      }
    });
  });

  it('leaves no connection behind whose answer it does not read', async () => {
    for (const headers of [{ code: 404 }, { code: 200, type: 'text/html' }]) {
      const closed: Promise<unknown>[] = [];
      const answer: Answer = (_, response: ServerResponse) => {
        closed.push(once(response, 'close'));
        response.writeHead(headers.code, headers.type ? { 'Content-Type': headers.type } : {});
        response.write('an answer that does not end');
      };
      const error = await fetched([answer]).then(unexpected, (cause: unknown) => cause);
      expect(error).to.be.instanceOf(DownloadError);
      // Sooner than the garbage collector would close it.
      expect(await Promise.race([Promise.all(closed), sleep(1000, 'open')])).to.not.equal('open');
      if (headers.code === 404) await server.close();
    }
  });
});
