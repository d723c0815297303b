import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openCheckpoint, readCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../../src/core/index.js';
import { bytesOf, expectGolden, fixtureBytes, rejection, uint64 } from '../support.js';

/** 3 MiB of one tensor and 4 bytes of another: more than the first block. */
function largeSafetensors(): Uint8Array<ArrayBuffer> {
  const large = 3 * 2 ** 20;
  const header = `{"large":{"dtype":"U8","shape":[${large}],"data_offsets":[0,${large}]},"small":{"dtype":"I32","shape":[1],"data_offsets":[${large},${large + 4}]}}`;
  return bytesOf(uint64(header.length), header, new Uint8Array(large).fill(7), 5, 0, 0, 0);
}

/** A server of one file that answers ranges. */
function ranged(bytes: Uint8Array, asked: string[], etag = () => '"1"'): RequestListener {
  return (request, response) => {
    asked.push(request.headers.range ?? 'all');
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!match) return response.end(bytes);
    const start = Number(match[1]);
    const end = Math.min(Number(match[2]), bytes.length - 1);
    response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${bytes.length}`, ETag: etag() });
    return response.end(bytes.subarray(start, end + 1));
  };
}

describe('checkpoints from URLs', () => {
  let server: Server | undefined;

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.pth`;
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  it('reads by ranges from a server that has them, only what is asked for', async () => {
    const asked: string[] = [];
    const checkpoint = await openCheckpoint(await serve(ranged(largeSafetensors(), asked)));
    expect(asked).to.deep.equal(['bytes=0-1048575']);
    expect((await checkpoint.read('small')).data).to.deep.equal(new Int32Array([5]));
    expect(asked.slice(1)).to.deep.equal([`bytes=3145728-${largeSafetensors().length - 1}`]);
    const large = await checkpoint.read('large');
    expect(large.data.length).to.equal(3 * 2 ** 20);
    expect(large.data.every((value) => value === 7)).to.equal(true);
    expect(asked).to.not.include('all');
    await checkpoint.close();
  });

  for (const file of ['views-zip.pth', 'model-legacy.pth', 'names.safetensors']) {
    it(`reads ${file} with and without ranges, as a string and as a URL`, async () => {
      const bytes = fixtureBytes(file);
      let url = await serve(ranged(bytes, []));
      expectGolden((await readCheckpoint(url)).stateDict, file);
      server?.close();
      const asked: string[] = [];
      url = await serve((request, response) => {
        asked.push(String(request.headers.range));
        response.end(bytes);
      });
      expectGolden((await readCheckpoint(new URL(url))).stateDict, file);
      expect(asked, 'the answer to the first request is used').to.have.length(1);
    });
  }

  it('downloads once when the range of a 206 cannot be read, as CORS may hide it', async () => {
    const bytes = fixtureBytes('model.pth');
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers.range ?? 'all');
      response.writeHead(request.headers.range ? 206 : 200);
      response.end(request.headers.range ? bytes.subarray(0, 100) : bytes);
    });
    expectGolden((await readCheckpoint(url)).stateDict, 'model.pth');
    expect(asked).to.deep.equal(['bytes=0-1048575', 'all']);
  });

  it('reads data: and blob: URLs', async () => {
    const bytes = fixtureBytes('model.pth');
    const url = URL.createObjectURL(new Blob([bytes]));
    expectGolden((await readCheckpoint(url)).stateDict, 'model.pth');
    const data = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    expectGolden((await readCheckpoint(data)).stateDict, 'model.pth');
  });

  it('reports progress in bytes of the file', async () => {
    const bytes = largeSafetensors();
    for (const listener of [
      ranged(bytes, []),
      (_: unknown, response: { end(data: Uint8Array): void }) => response.end(bytes),
    ]) {
      const url = await serve(listener as RequestListener);
      const seen: { loaded: number; total: number }[] = [];
      await readCheckpoint(url, { onProgress: (progress) => seen.push(progress) });
      expect(seen.at(-1)!.loaded).to.be.greaterThan(3 * 2 ** 20);
      expect(seen.every(({ loaded, total }) => loaded <= total)).to.equal(true);
      server?.close();
    }
  });

  async function refused(listener: RequestListener, message: RegExp): Promise<void> {
    const url = await serve(listener);
    const error = await rejection(readCheckpoint(url));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(message);
    expect(error.message).to.include(url);
  }

  it('refuses a 404', () =>
    refused(
      (_, response) => void response.writeHead(404).end('no'),
      /status 200 or 206, got 404 Not Found. Check the address/,
    ));

  it('refuses a page of HTML with status 200', () =>
    refused((_, response) => void response.end('<!doctype html><title>Sign in</title>'), /got an HTML page/));

  it('refuses an empty file, whose range a server cannot satisfy', () =>
    refused(
      (request, response) => void response.writeHead(request.headers.range ? 416 : 200).end(),
      /got an empty file/,
    ));

  it('refuses a body cut off, in a download', () =>
    refused((_, response) => {
      response.writeHead(200, { 'Content-Length': 5000 });
      response.write(fixtureBytes('model.pth').subarray(0, 1000), () => response.destroy());
    }, /expected 5000 bytes, got \d+. The connection/));

  it('refuses a range that is shorter than asked', () =>
    refused((request, response) => {
      response.writeHead(206, { 'Content-Range': `bytes 0-999/1000` });
      response.end(request.headers.range ? new Uint8Array(500) : '');
    }, /expected 1000 bytes, got 500/));

  it('refuses a file that changes while it is read', async () => {
    let version = 0;
    await refused(
      ranged(largeSafetensors(), [], () => `"${version++}"`),
      /The file changed while it was read/,
    );
  });

  it('refuses a host that does not answer', async () => {
    const url = await serve((_, response) => void response.end());
    server!.close();
    const error = await rejection(readCheckpoint(url));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(/expected an answer, got none/);
  });

  it('says why there was no answer: a circle of redirects, a refused connection', async () => {
    await refused(
      (_, response) => void response.writeHead(302, { Location: '/' }).end(),
      /expected an answer, got none \(redirect count exceeded\)/,
    );
  });

  it('takes a total that is no exact number for none', async () => {
    const bytes = fixtureBytes('model.pth');
    const url = await serve((request, response) => {
      if (request.headers.range && !request.headers.range.startsWith('bytes=0-')) return void response.destroy();
      response.writeHead(request.headers.range ? 206 : 200, { 'Content-Range': `bytes 0-9/${'9'.repeat(26)}` });
      response.end(bytes);
    });
    // The second request, which every server answers with the whole file, has no range.
    expectGolden((await readCheckpoint(url)).stateDict, 'model.pth');
  });

  it('stops at a body without end', async () => {
    const chunk = new Uint8Array(64 * 2 ** 20);
    const { fetch } = globalThis;
    // One chunk over and over, so that what is kept takes no memory.
    globalThis.fetch = async () => new Response(new ReadableStream({ pull: (body) => body.enqueue(chunk) }));
    try {
      const error = await rejection(readCheckpoint('https://example.org/endless.pth'));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(/at most 2147483648 bytes from a server that gives no Content-Length, got more/);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': 5000 });
      response.write('PK', () => controller.abort());
    });
    expect((await rejection(readCheckpoint(url, { signal: controller.signal }))).name).to.equal('AbortError');
  });
});
