import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { root } from '../docs/support.js';
import { bundleForPage, isolation, launchChromium, serve, wasmFiles } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';
import { wasmPage } from './wasm-page.js';

const checkpoint = join(root, 'test/fixtures/docs/alexnet.pth');
const photograph = join(root, 'examples/images/chelsea.png');
const entry = fileURLToPath(new URL('wasm-page.ts', import.meta.url));

/** Has the functions of wasm-page.ts run in a worker too, by name. */
const main = `
  import { wasmPage } from '${entry}';
  if (globalThis.document) globalThis.wasmPage = wasmPage;
  else onmessage = async ({ data: [name, args] }) => postMessage(await wasmPage[name](...args).catch(({ message }) => ({ message })));
`;

const script = '<script type="module" src="main.js"></script>';
const withPolicy = (policy: string) => `<meta http-equiv="Content-Security-Policy" content="${policy}">${script}`;

type Wasm = typeof wasmPage;
type Run = <Name extends keyof Wasm>(name: Name, ...args: Parameters<Wasm[Name]>) => ReturnType<Wasm[Name]>;

/** Runs in the page itself. */
const inPage =
  (page: Page): Run =>
  (name, ...args) =>
    page.evaluate(
      ([name, args]) =>
        (globalThis as unknown as { wasmPage: Record<string, (...args: unknown[]) => unknown> }).wasmPage[name]!(
          ...args,
        ),
      [name, args] as const,
    ) as never;

/** Runs in a worker of the page. */
const inWorker =
  (page: Page): Run =>
  (name, ...args) =>
    page.evaluate(
      ([name, args]) => {
        const scope = globalThis as unknown as { worker?: Worker };
        scope.worker ??= new Worker('main.js', { type: 'module' });
        const { worker } = scope;
        return new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => (data?.message ? reject(new Error(data.message)) : resolve(data));
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage([name, args]);
        });
      },
      [name, args] as const,
    ) as never;

describe('wasm in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  let browser: Browser;
  let files: Record<string, string | Uint8Array>;
  let want: { logits: number[]; losses: number[]; computed: number[] };
  const sites: Awaited<ReturnType<typeof serve>>[] = [];
  let alone: string;
  let isolated: string;

  before(needsChromium);
  before(async () => {
    await wasmPage.use('wasm', { threads: 1 });
    const { logits } = await wasmPage.classify(checkpoint, photograph);
    const { losses } = await wasmPage.train();
    want = { logits, losses, computed: await wasmPage.compute() };
    await wasmPage.use('cpu');
    const { chunks } = await bundleForPage(main, { minify: true, splitting: true, outdir: 'out' });
    files = {
      ...chunks,
      '/split.html': script.replace('main.js', 'stdin.js'),
      '/index.html': script,
      '/main.js': (await bundleForPage(main, { minify: true })).code,
      '/alexnet.pth': readFileSync(checkpoint),
      '/chelsea.png': readFileSync(photograph),
      '/no-workers.html': withPolicy("worker-src 'none'"),
      '/no-wasm.html': withPolicy("script-src 'self'"),
    };
    sites.push(await serve({ ...files, ...wasmFiles('/wasm/') }, {}), await serve(files, isolation));
    [alone, isolated] = sites.map(({ url }) => url) as [string, string];
    browser = await launchChromium();
  });
  after(async () => {
    for (const site of sites) site.close();
    await browser?.close();
  });

  async function open(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction('globalThis.wasmPage');
    return page;
  }

  /** How far logits or losses are from Node's, as a share of the largest. */
  const distance = (got: readonly number[], from: readonly number[]) =>
    Math.max(...from.map((value, i) => Math.abs(got[i]! - value))) / Math.max(...from.map(Math.abs));

  for (const [where, scope] of [
    ['a page', inPage],
    ['a worker', inWorker],
  ] as const) {
    for (const threads of [1, 2]) {
      it(`gives Node's numbers in ${where} on ${threads} thread${threads === 1 ? '' : 's'}`, async () => {
        const page = await open(isolated);
        const run = scope(page);
        expect(await run('use', 'wasm', { threads })).to.deep.include({
          threads,
          threadsReason: 'asked for',
          simd: true,
        });
        const { logits, leaked } = await run('classify', '/alexnet.pth', '/chelsea.png');
        expect(distance(logits, want.logits)).to.be.lessThan(1e-4);
        const training = await run('train');
        expect(distance(training.losses, want.losses)).to.be.lessThan(1e-5);
        expect([leaked, training.leaked], 'tensors left behind').to.deep.equal([0, 0]);
        expect(await run('compute'), 'on any number of threads the same bits').to.deep.equal(want.computed);
        await page.close();
      });
    }
  }

  it('has one thread, with the reason, in a page that is not isolated', async () => {
    const page = await open(alone);
    for (const options of [{}, { threads: 2 }, { threads: 2 }]) {
      expect(await inPage(page)('use', 'wasm', options)).to.deep.include({
        threads: 1,
        threadsReason: 'the page is not cross-origin isolated',
      });
      if (options.threads) await inPage(page)('holdTensor'); // which does not keep from asking for the same again
    }
    await page.close();
  });

  it('has one thread, with the reason, in a page that allows no workers', async () => {
    const page = await open(`${isolated}no-workers.html`);
    expect(await inPage(page)('use', 'wasm', { threads: 2 })).to.deep.include({
      threads: 1,
      threadsReason: '2 did not start: the page allows no worker of a blob: URL',
    });
    expect(distance(await inPage(page)('compute'), want.computed)).to.equal(0);
    await page.close();
  });

  it('says so in a page that allows no wasm', async () => {
    const page = await open(`${alone}no-wasm.html`);
    const message = await inPage(page)('use', 'wasm').then(String, (error: Error) => error.message);
    expect(message).to.match(/backends\.use: expected wasm to start, got: .*Content Security Policy/);
    await page.close();
  });

  it('loads the one binary that it needs, from where the bundler put it', async () => {
    for (const [url, threads, binary] of [
      [alone, 1, /^\/tfjs-backend-wasm-simd-\w+\.js$/],
      [isolated, 2, /^\/tfjs-backend-wasm-threaded-simd-\w+\.js$/],
    ] as const) {
      const page = await open(`${url}split.html`);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      expect(await inPage(page)('use', 'wasm', { threads })).to.deep.include({ threads });
      const binaries = asked.filter((path) => path.includes('tfjs-backend-wasm'));
      expect(binaries, asked.join()).to.have.length(1);
      expect(binaries[0]).to.match(binary);
      expect(await inPage(page)('compute')).to.deep.equal(want.computed);
      await page.close();
    }
  });

  it('computes without vectors', async () => {
    const page = await open(isolated);
    const run = inPage(page);
    await run('forgetVectors');
    expect(await run('use', 'wasm', { threads: 2 })).to.deep.include({
      threads: 1,
      threadsReason: 'there are no vector instructions',
      simd: false,
    });
    expect(distance(await run('compute'), want.computed)).to.be.lessThan(1e-4);
    const { losses, leaked } = await run('train');
    expect(distance(losses, want.losses)).to.be.lessThan(1e-4);
    expect(leaked).to.equal(0);
    await page.close();
  });

  it('takes the binaries that the app serves, if it says where', async () => {
    const page = await open(alone);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    expect(await inPage(page)('use', 'wasm', { wasmPaths: '/wasm/' })).to.deep.include({ name: 'wasm', simd: true });
    expect(asked).to.deep.equal(['/wasm/tfjs-backend-wasm-simd.wasm']);
    expect(await inPage(page)('compute')).to.deep.equal(want.computed);
    await page.close();
  });
});
