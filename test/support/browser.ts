import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { type Browser, chromium as playwright } from 'playwright-core';
import { chromium } from './tools.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A module and all that it imports as one ES module for a page, as an app's bundler makes it.
 * @returns with `splitting`, all files by their paths in `chunks`, the module that is asked for among them as '/stdin.js'
 */
export async function bundleForPage(
  contents: string,
  options: BuildOptions = {},
): Promise<{ code: string; metafile: Metafile; chunks: Record<string, string> }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, loader: 'ts', resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['tfjs-zoo-source'],
    logLevel: 'error',
    ...options,
    write: false,
    metafile: true,
  });
  const chunks = Object.fromEntries(outputFiles!.map(({ path, text }) => [`/${basename(path)}`, text]));
  return { code: outputFiles![0]!.text, metafile, chunks };
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
};

/** What a page needs for memory that threads share. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Serves files by path ('/main.js') on a free local port.
 * @param onPost called with what a page sends back
 */
export async function serve(
  files: Record<string, string | Uint8Array>,
  headers: Record<string, string> = {},
  onPost: (body: string) => void = () => {},
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      response.end();
      onPost(await text(request));
      return;
    }
    const path = request.url === '/' ? '/index.html' : request.url!;
    const body = files[path];
    const type = types[path.split('.').at(-1)!] ?? 'application/octet-stream';
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    response
      .writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'content-length': length, ...headers })
      .end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What has Chromium compute WebGL and WebGPU in software, so that no GPU is needed. */
export const softwareFlags: readonly string[] = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--no-sandbox',
  '--disable-background-networking',
];

/** Headless Chromium that a test drives. */
export function launchChromium(): Promise<Browser> {
  return playwright.launch({ executablePath: chromium!, args: [...softwareFlags] });
}

/** The wasm backend's binaries, by path under a folder ('/'). */
export function wasmFiles(folder: string): Record<string, Uint8Array> {
  const names = ['tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'tfjs-backend-wasm-threaded-simd'];
  return Object.fromEntries(
    names.map((name) => [
      `${folder}${name}.wasm`,
      readFileSync(`${root}node_modules/@tensorflow/tfjs-backend-wasm/dist/${name}.wasm`),
    ]),
  );
}
