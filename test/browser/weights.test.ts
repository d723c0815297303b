import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type * as zoo from 'tfjs-zoo';
import { backends, createClassifier, createModel } from 'tfjs-zoo';
import { openCheckpoint, writeSafetensors, writeWebFolder } from 'tfjs-zoo/converters';
import { sha256 } from '../../src/core/index.js';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

declare const window: { zoo: typeof zoo };

const checkpoint = join(root, 'test/fixtures/docs/alexnet.pth');
const photograph = join(root, 'examples/images/chelsea.png');

/** A server whose answers a test may replace, path by path, and which counts what it is asked. */
class Site {
  readonly files: Record<string, string | Uint8Array> = {};
  readonly answers: Record<
    string,
    (request: IncomingMessage, response: ServerResponse, file?: Uint8Array | string) => void
  > = {};
  readonly asked: string[] = [];
  readonly headers: Record<string, string>;
  readonly #server: Server;

  constructor(headers: Record<string, string> = {}) {
    this.headers = headers;
    this.#server = createServer((request, response) => {
      const path = request.url === '/' ? '/index.html' : request.url!;
      this.asked.push(path);
      const file = this.files[path];
      const answer = this.answers[path];
      if (answer) return answer(request, response, file);
      const type = path.endsWith('.js')
        ? 'text/javascript'
        : path.endsWith('.html')
          ? 'text/html'
          : 'application/octet-stream';
      return response.writeHead(file === undefined ? 404 : 200, { 'content-type': type, ...this.headers }).end(file);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('weights in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  let browser: Browser;
  let context: BrowserContext;
  let site: Site;
  let other: Site;
  let page: Page;
  let folder: string;
  let bundle: string;
  let want: string[];
  let shards: string[];
  let safetensors: Uint8Array;

  async function writeFolder(source: Parameters<typeof writeWebFolder>[0], name: string, dtype: 'float16' | 'float32') {
    const permutationOf = (_: string, shape: readonly number[]) =>
      shape.length === 4 ? [2, 3, 1, 0] : shape.length === 2 ? [1, 0] : null;
    await writeWebFolder(source, join(folder, name), { dtype, permutationOf });
  }

  before(needsChromium);
  before(async () => {
    await backends.use('wasm');
    using classifier = await createClassifier('alexnet', { weights: checkpoint });
    want = (await classifier.classify(photograph)).map(({ label }) => label);
    folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-test-'));
    const opened = await openCheckpoint(checkpoint);
    await writeFolder(opened, 'alexnet', 'float16');
    await opened.close();
    using lenet = await createModel('lenet', { inputSize: 224 });
    await writeFolder(await lenet.stateDict(), 'lenet', 'float32'); // 21 MB: six shards
    safetensors = await writeSafetensors(await lenet.stateDict());
    bundle = (await bundleForPage("import * as zoo from 'tfjs-zoo'; window.zoo = zoo;")).code;
    browser = await launchChromium();
  });
  after(async () => {
    if (folder) rmSync(folder, { recursive: true });
    await browser?.close();
  });
  beforeEach(async () => {
    site = new Site();
    other = new Site({ 'access-control-allow-origin': '*' });
    await Promise.all([site.start(), other.start()]);
    Object.assign(site.files, { '/index.html': '<script type="module" src="main.js"></script>', '/main.js': bundle });
    Object.assign(site.files, { '/chelsea.png': readFileSync(photograph), '/lenet.safetensors': safetensors });
    for (const model of ['alexnet', 'lenet']) {
      for (const name of readdirSync(join(folder, model))) {
        site.files[`/models/${model}/${name}`] = readFileSync(join(folder, model, name));
      }
    }
    shards = Object.keys(site.files).filter((path) => path.startsWith('/models/alexnet/') && path.endsWith('.bin'));
    context = await browser.newContext(); // with a cache of its own
    await context.addInitScript('globalThis.__name = (fn) => fn;'); // what tsx leaves in functions
    page = await context.newPage();
    await open();
  });
  afterEach(async () => {
    await context?.close();
    site?.close();
    other?.close();
  });

  async function open(): Promise<void> {
    await page.goto(site.url);
    await page.waitForFunction('window.zoo');
    await page.evaluate(() => window.zoo.backends.use('cpu'));
  }

  /** Waits until the page has kept what it fetched, which it does in idle moments. */
  async function untilKept(): Promise<void> {
    await page.evaluate(async () => {
      const count = async () => (await (await caches.open('tfjs-zoo')).keys()).length;
      for (let before = -1, now = 0; now !== before; now = await count()) {
        before = now;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
  }

  /** Labels of the photograph, or the error's text. */
  function classify(options: {
    weights?: string;
    pretrained?: boolean;
    base?: string;
    cache?: false;
  }): Promise<string | string[]> {
    return page.evaluate(async ({ base, ...given }) => {
      const { zoo } = window;
      if (base) zoo.weights.setBaseUrl(base);
      try {
        const classifier = await zoo.createClassifier('alexnet', given);
        const labels = (await classifier.classify('/chelsea.png')).map(({ label }) => label);
        classifier.dispose();
        return labels;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    }, options);
  }

  const askedShards = () => site.asked.filter((path) => path.endsWith('.bin')).length;

  it('come from a folder, with progress to the byte, and are there offline the second time', async () => {
    const progress = await page.evaluate(async () => {
      const seen: { stage: string; loaded: number; total: number }[] = [];
      const model = await window.zoo.createAlexNet({
        weights: '/models/alexnet/',
        onProgress: (step) => seen.push(step),
      });
      model.dispose();
      return [seen.at(-1)!, seen.every(({ loaded }, i) => loaded >= (seen[i - 1]?.loaded ?? 0))] as const;
    });
    const bytes = shards.reduce((sum, path) => sum + (site.files[path] as Uint8Array).length, 0);
    expect(progress).to.deep.equal([{ stage: 'downloading', loaded: bytes, total: bytes }, true]);
    expect(await classify({ weights: '/models/alexnet/' })).to.deep.equal(want);
    await untilKept();
    await open();
    for (const path of Object.keys(site.files)) {
      if (path.startsWith('/models/')) site.answers[path] = (request) => request.socket.destroy();
    }
    expect(await classify({ weights: '/models/alexnet/' })).to.deep.equal(want);
    expect(askedShards()).to.equal(shards.length);
  });

  it('come with the package: a photograph is named without any other server, and offline the second time', async () => {
    const files = join(root, 'weights/efficientnet_lite0');
    for (const name of readdirSync(files)) site.files[`/efficientnet_lite0/${name}`] = readFileSync(join(files, name));
    const label = () =>
      page.evaluate(async () => {
        const classifier = await window.zoo.createClassifier('efficientnet_lite0', { pretrained: true });
        const [best] = await classifier.classify('/chelsea.png');
        classifier.dispose();
        return best!.label;
      });
    await page.evaluate(() => window.zoo.backends.use('webgl'));
    expect(await label()).to.equal('tiger cat');
    await untilKept();
    await open();
    for (const path of Object.keys(site.files)) {
      if (path.startsWith('/efficientnet')) site.answers[path] = (request) => request.socket.destroy();
    }
    await page.evaluate(() => window.zoo.backends.use('webgl'));
    expect(await label()).to.equal('tiger cat');
  });

  it('come from the base URL that is set, in place of where they are published', async () => {
    expect(await classify({ pretrained: true, base: '/models' })).to.deep.equal(want);
  });

  it('name every address that refuses, why, and what to do', async () => {
    await context.route('https://download.pytorch.org/**', (route) => route.abort());
    expect(await classify({ pretrained: true, base: '/nothing/' })).to.equal(
      `DownloadError: pretrained: expected the weights IMAGENET1K_V1 of alexnet (233.1 MiB), got none from ${site.url}/nothing/alexnet/model.json ` +
        '(HTTP status 404 Not Found), https://download.pytorch.org/models/alexnet-owt-7be5be79.pth (no answer, or none that this page may read (CORS)). ' +
        "Serve them yourself: npx tfjs-zoo convert alexnet public/models/alexnet --dtype float16, and weights.setBaseUrl('/models/').",
    );
  });

  it('come from a mirror that lets the page read it, once', async () => {
    const file = readFileSync(checkpoint);
    other.files['/alexnet.pth'] = file;
    const entry = {
      bytes: file.length,
      sha256: await sha256(file),
      url: `${site.url}/gone.pth`,
      mirror: `${other.url}/alexnet.pth`,
    };
    const load = () =>
      page.evaluate(async ({ bytes, sha256, url, mirror }) => {
        const { weights, createAlexNet } = window.zoo;
        weights.registerWeights({ model: 'alexnet', name: 'MINE', url, mirrors: [mirror], sha256, size: { bytes } });
        (await createAlexNet({ pretrained: 'MINE' })).dispose();
      }, entry);
    await load();
    await open();
    await load();
    expect(other.asked).to.deep.equal(['/alexnet.pth']);
  });

  it('go on where they were interrupted: only what is missing is fetched', async () => {
    const load = () =>
      page.evaluate(async () => {
        const model = await window.zoo.createModel('lenet', { weights: '/models/lenet/' }).catch(() => undefined);
        model?.dispose();
        return model !== undefined;
      });
    site.answers['/models/lenet/weights-005.bin'] = (_, response) => response.writeHead(404).end();
    expect(await load()).to.equal(false);
    site.asked.length = 0;
    delete site.answers['/models/lenet/weights-005.bin'];
    await untilKept();
    await open();
    expect(await load()).to.equal(true);
    expect(site.asked).to.include('/models/lenet/weights-005.bin');
    expect(site.asked).to.not.include.members(['/models/lenet/weights-001.bin']);
    expect(askedShards()).to.be.below(3);
  });

  for (const [what, answer, message] of [
    ['are missing', (_, response) => response.writeHead(404).end(), 'HTTP status 404 Not Found'],
    [
      'are a page of the application',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
      'an HTML page, as a server gives for addresses that it does not know',
    ],
    [
      'are longer than they should be',
      (_, response, file) => response.writeHead(200).end(Buffer.concat([file as Uint8Array, new Uint8Array(9)])),
      'more than ',
    ],
    [
      'are cut short each time',
      (_, response, file) => response.writeHead(200).end((file as Uint8Array).subarray(0, 1000)),
      '1000 of ',
    ],
    [
      'are of another conversion',
      (_, response, file) => response.writeHead(200).end((file as Uint8Array).map((byte) => byte ^ 1)),
      'expected SHA-256 ',
    ],
  ] as [string, Site['answers'][string], string][]) {
    it(`are refused, with the reason, where shards ${what}`, async () => {
      site.answers['/models/alexnet/weights-001.bin'] = answer;
      const text = await classify({ weights: '/models/alexnet/' });
      expect(text).to.include(`${site.url}/models/alexnet/weights-001.bin: expected `).and.include(message);
      delete site.answers['/models/alexnet/weights-001.bin'];
      expect(await classify({ weights: '/models/alexnet/' }), 'afterwards').to.deep.equal(want);
    });
  }

  it('are loaded after a connection was cut', async () => {
    let count = 0;
    site.answers['/models/alexnet/weights-001.bin'] = (request, response, file) => {
      if (count++ > 0) return response.writeHead(200).end(file);
      response.writeHead(200, { 'content-length': (file as Uint8Array).length });
      response.write((file as Uint8Array).subarray(0, 1000));
      setTimeout(() => request.socket.destroy(), 50);
      return undefined;
    };
    expect(await classify({ weights: '/models/alexnet/' })).to.deep.equal(want);
    expect(count).to.equal(2);
  });

  it('are used where there is no room to keep them, and the page is told', async () => {
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    const labels = await page.evaluate(async () => {
      const cache = {
        match: async () => undefined,
        put: async () => {
          throw new DOMException('Quota exceeded.', 'QuotaExceededError');
        },
      };
      const classifier = await window.zoo.createClassifier('alexnet', { weights: '/models/alexnet/', cache });
      const predictions = await classifier.classify('/chelsea.png');
      classifier.dispose();
      return predictions.map(({ label }) => label);
    });
    expect(labels).to.deep.equal(want);
    const [warning, ...more] = warnings.filter((text) => text.startsWith('tfjs-zoo:'));
    expect(more).to.deep.equal([]);
    expect(warning).to.match(
      /^tfjs-zoo: expected room for \d+ bytes in the page's cache, got QuotaExceededError: Quota exceeded\. .*model\.json is used and not kept/,
    );
  });

  it('are fetched anew where what was kept is damaged', async () => {
    await classify({ weights: '/models/alexnet/' });
    await untilKept();
    await page.evaluate(async () => {
      const cache = await caches.open('tfjs-zoo');
      for (const { url } of await cache.keys()) if (url.includes('.bin')) await cache.put(url, new Response('damaged'));
    });
    expect(await classify({ weights: '/models/alexnet/' })).to.deep.equal(want);
    expect(askedShards()).to.equal(2 * shards.length);
  });

  it('are refused by name where another origin does not let the page read them', async () => {
    const closed = new Site();
    await closed.start();
    try {
      const text = await classify({ weights: `${closed.url}/models/alexnet/` });
      expect(text)
        .to.include(`${closed.url}/models/alexnet/model.json: expected the file, got no answer (`)
        .and.include('CORS');
    } finally {
      closed.close();
    }
  });

  it('come from a file that the user picked, read tensor by tensor', async () => {
    const sliced = await page.evaluate(async () => {
      const bytes = await (await fetch('/lenet.safetensors')).arrayBuffer();
      const file = new File([bytes], 'lenet.safetensors');
      let [largest, whole] = [0, 0];
      const slice = file.slice.bind(file);
      file.slice = (start = 0, end = file.size, type?: string) => {
        largest = Math.max(largest, end - start);
        return slice(start, end, type);
      };
      file.arrayBuffer = async () => {
        whole++;
        return bytes;
      };
      (await window.zoo.createModel('lenet', { weights: file })).dispose();
      return { whole, isPart: largest > 0 && largest < file.size };
    });
    expect(sliced).to.deep.equal({ whole: 0, isPart: true });
  });

  it('stop at once when they are no longer wanted', async () => {
    site.answers['/models/alexnet/weights-001.bin'] = (_request, response) => {
      response.writeHead(200).write('a little');
    };
    const reason = await page.evaluate(async () => {
      const controller = new AbortController();
      const loading = window.zoo.createAlexNet({ weights: '/models/alexnet/', signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 200);
      return loading.then(String, (error: Error) => error.message);
    });
    expect(reason).to.equal('enough');
    expect(await page.evaluate(() => window.zoo.backends.use().then(() => 0))).to.equal(0);
  });
});
