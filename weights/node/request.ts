import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

type Fetch = typeof globalThis.fetch;

/** Asks for a URL, by the proxy that the environment names; file URLs too, as of a shared folder. */
export async function request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  if (/^file:/i.test(url)) return fileResponse(url, signal);
  const { address, authorization } = withoutCredentials(url);
  const fetch = await chooseFetch();
  return fetch(address, { headers: { ...headers, ...authorization }, signal });
}

async function fileResponse(url: string, signal: AbortSignal): Promise<Response> {
  const path = fileURLToPath(url);
  const { size } = await stat(path);
  const body = Readable.toWeb(createReadStream(path, { signal, highWaterMark: 2 ** 18 }));
  return new Response(body as ReadableStream<Uint8Array>, { headers: { 'content-length': String(size) } });
}

/** fetch takes no URL that has a password in it. */
function withoutCredentials(url: string): { address: URL; authorization: Record<string, string> } {
  const address = new URL(url);
  const { username, password } = address;
  if (!username && !password) return { address, authorization: {} };
  address.username = '';
  address.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { address, authorization: { Authorization: `Basic ${credentials.toString('base64')}` } };
}

/** Node's own fetch before version 24 knows no proxies. */
async function chooseFetch(): Promise<Fetch> {
  const [httpProxy, httpsProxy] = [proxyOf('http_proxy'), proxyOf('https_proxy')];
  if (!httpProxy && !httpsProxy) return fetch;
  const { EnvHttpProxyAgent, fetch: fetchThrough } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
  });
  return ((input: string, init: object) => fetchThrough(input, { ...init, dispatcher })) as unknown as Fetch;
}

/** Proxies are often named without their scheme. */
function proxyOf(name: string): string | undefined {
  const value = process.env[name] || process.env[name.toUpperCase()];
  return value && !value.includes('://') ? `http://${value}` : value;
}
