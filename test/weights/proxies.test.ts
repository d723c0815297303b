import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import { Bench, rejection } from './support.js';

/** A proxy that notes what it is asked for: whole URLs, or tunnels to hosts. Every host is the machine itself. */
async function startProxy(): Promise<{ server: Server; address: string; asked: string[]; credentials: string[] }> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const server = createServer();
  server.on('connect', (request, client, head) => {
    asked.push(request.url!);
    credentials.push(request.headers['proxy-authorization'] ?? '');
    const upstream = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on('error', () => {});
    client.on('close', () => upstream.destroy());
  });
  server.on('request', (request, response) => {
    asked.push(request.url!);
    credentials.push(request.headers['proxy-authorization'] ?? '');
    const { port, pathname } = new URL(request.url!);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    fetch(`http://127.0.0.1:${port}${pathname}`, { headers: headers as Record<string, string> }).then(
      async (answer) => {
        response.writeHead(answer.status, { 'Content-Length': answer.headers.get('content-length')! });
        response.end(Buffer.from(await answer.arrayBuffer()));
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, credentials };
}

/** undici is loaded first. */
const patience = { stall: 5000 };

describe('weights by a proxy', () => {
  const bench = new Bench();
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeEach(async () => {
    proxy = await startProxy();
  });
  afterEach(() => {
    proxy.server.closeAllConnections();
    proxy.server.close();
  });

  for (const [name, prefix] of [
    ['HTTP_PROXY', 'http://'],
    ['http_proxy', ''],
  ] as const) {
    it(`come through the one that ${name} names, ${prefix ? 'with' : 'without'} its scheme`, async () => {
      const server = await bench.serve();
      process.env[name] = `${prefix}${proxy.address}`;
      // Only the proxy knows this host.
      await bench.fetch(bench.entry(server.url.replace('127.0.0.1', 'weights.test')), {}, patience);
      expect(proxy.asked).to.have.length(1);
      expect(proxy.asked[0]).to.include('weights.test');
      expect(server.asked).to.deep.equal(['all']);
      expect(bench.isCached).to.equal(true);
    });
  }

  it('show it their credentials', async () => {
    const server = await bench.serve();
    process.env.HTTP_PROXY = `http://me:secret@${proxy.address}`;
    await bench.fetch(bench.entry(server.url), {}, patience);
    expect(proxy.credentials).to.deep.equal([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  for (const name of ['NO_PROXY', 'no_proxy']) {
    it(`do not where ${name} names their host`, async () => {
      const server = await bench.serve();
      process.env.HTTP_PROXY = `http://${proxy.address}`;
      process.env[name] = 'example.org,127.0.0.1';
      await bench.fetch(bench.entry(server.url), {}, patience);
      expect([proxy.asked, server.asked]).to.deep.equal([[], ['all']]);
    });
  }

  it('tunnel to an https server through the one that HTTPS_PROXY names', async () => {
    const server = await bench.serve();
    process.env.HTTPS_PROXY = `http://${proxy.address}`;
    // Plain HTTP answers, so TLS fails behind the tunnel; that it was asked for is what counts.
    const error = await rejection(
      bench.fetch(bench.entry(server.url.replace('http://127.0.0.1', 'https://weights.test'))),
    );
    expect(proxy.asked[0]).to.match(/^weights\.test:\d+$/);
    expect(error.message).to.match(/https:\/\/weights\.test:\d+\/model\.pth \(TLS: /);
  });

  it('say that the proxy is not there', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    const error = await rejection(bench.fetch(bench.entry('http://weights.test/model.pth')));
    expect(error.message).to.include('http://weights.test/model.pth (ECONNREFUSED: connection refused)');
  });
});
