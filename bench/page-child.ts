import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { bundleForPage, isolation, launchChromium, serve, wasmFiles } from '../test/support/browser.js';
import type { Request } from './child.js';
import type { Contender } from './contenders.js';
import type { Child } from './family.js';

/** A site with the engines, onnxruntime-web and the weights, whose pages may have threads. */
export class Site {
  readonly #browser: Browser;
  readonly #site: Awaited<ReturnType<typeof serve>>;

  private constructor(browser: Browser, site: Awaited<ReturnType<typeof serve>>) {
    this.#browser = browser;
    this.#site = site;
  }

  static async start(engines: ReadonlySet<string>, checkpoint: string): Promise<Site> {
    const files: Record<string, string | Uint8Array> = { '/alexnet.pth': readFileSync(checkpoint), ...wasmFiles('/') };
    for (const engine of engines) {
      files[`/${engine}.html`] = html(engine);
      files[`/${engine}.js`] = await bundleEngine(engine);
    }
    for (const [name, bytes] of onnxruntimeFiles()) files[`/ort/${name}`] = bytes;
    return new Site(await launchChromium(), await serve(files, isolation));
  }

  /** Starts a contender in a page of its own. */
  async startChild(contender: Contender): Promise<Child> {
    const { engine, backend, threads } = contender;
    const page = await this.#browser.newPage();
    await page.goto(`${this.#site.url}${engine}.html`);
    await page.waitForFunction('globalThis.answer');
    await ask(page, { kind: 'start', options: { backend, threads, checkpoint: '/alexnet.pth' } });
    return {
      contender,
      compile: async (batch, layer) => Float32Array.from(await ask(page, { kind: 'compile', layer, batch })),
      time: (runs) => ask(page, { kind: 'time', runs }),
      stop: () => page.close(),
    };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#site.close();
  }
}

function ask(page: Page, request: Request): Promise<number[]> {
  return page.evaluate(
    (request) => (globalThis as unknown as { answer(request: unknown): Promise<number[]> }).answer(request),
    request,
  );
}

/** onnxruntime-web is found by its name, as in Node, and finds its own files beside itself. */
function html(engine: string): string {
  const imports = { 'onnxruntime-web': '/ort/ort.wasm.min.mjs' };
  return `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="${engine}.js"></script>`;
}

async function bundleEngine(engine: string): Promise<string> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const { code } = await bundleForPage(
    `import { answer } from '${folder}child.ts';
     import * as engine from '${folder}engines/${engine}.ts';
     globalThis.answer = async (request) => {
       const value = await answer(request, async () => engine);
       return value && Array.from(value);
     };`,
    { minify: true },
  );
  return code;
}

/** Those of onnxruntime-web that a page loads for wasm and for WebGPU; none where it is not installed. */
export function onnxruntimeFiles(): [string, Uint8Array][] {
  const folder = new URL('node_modules/onnxruntime-web/dist/', import.meta.url);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) =>
    /^ort\.(wasm|webgpu)\.min\.mjs$|^ort-wasm-simd-threaded(\.asyncify|\.jsep)?\.(mjs|wasm)$/.test(name),
  );
  return names.map((name) => [name, readFileSync(new URL(name, folder))]);
}
