import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { backends, createModel } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { type PreviewServer, preview } from 'vite';
import { build } from '../../examples/browser/tools/build.js';
import { parseOptions } from '../../examples/browser/tools/options.js';
import { root } from '../docs/support.js';
import { launchChromium } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';
import { idxFile } from './idx-file.js';

const fixture = (name: string) => join(root, 'test/fixtures/docs', name);
const photograph = (name: string) => join(root, 'examples/images', name);

/** The page, as a person sees it. */
class Visitor {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async text(selector: string): Promise<string> {
    return (await this.page.textContent(selector))!.trim().replace(/\s+/g, ' ');
  }

  /** Tensors that there are: TensorFlow.js keeps its engine where anybody can ask it. */
  tensors(): Promise<number> {
    type Engine = { readonly _tfengine: { memory(): { numTensors: number } } };
    return this.page.evaluate(() => (globalThis as unknown as Engine)._tfengine.memory().numTensors);
  }

  view(name: string): Promise<void> {
    return this.page.getByRole('tab', { name }).click();
  }

  /** Waits for an answer of a model that is ready, and gives the best label. */
  async answer(): Promise<string> {
    await this.page.locator('#engine-text', { hasText: 'Ready on' }).waitFor();
    await this.page.waitForSelector('#predictions:not(.waiting) li');
    return this.text('#predictions li:first-child span');
  }

  /** Drops a file on the page, as from the desktop. */
  async drop(path: string, name: string, type: string): Promise<void> {
    const bytes = readFileSync(path).toString('base64');
    const data = await this.page.evaluateHandle(
      async ([encoded, fileName, fileType]) => {
        const response = await fetch(`data:application/octet-stream;base64,${encoded}`);
        const transfer = new DataTransfer();
        transfer.items.add(new File([await response.blob()], fileName, { type: fileType }));
        return transfer;
      },
      [bytes, name, type] as const,
    );
    await this.page.dispatchEvent('main', 'drop', { dataTransfer: data });
  }
}

describe('npm run demo', () => {
  for (const [args, message] of [
    [['--port', 'abc'], "expected --port from 1 to 65535, got 'abc'. See npm run demo -- --help."],
    [['--train', '0'], "expected --train from 1 to 60000, got '0'. See npm run demo -- --help."],
  ] as const) {
    it(`says what is wrong with ${args.join(' ')}`, () => {
      expect(() => parseOptions(args)).to.throw(message);
    });
  }
});

describe('the demo in Chromium (skipped where it is missing)', function () {
  this.timeout(120_000);
  const outDir = mkdtempSync(join(tmpdir(), 'tfjs-zoo-demo-'));
  let browser: Browser;
  let site: PreviewServer;
  let url: string;
  let context: BrowserContext;
  let visitor: Visitor;
  let errors: string[];

  before(needsChromium);
  before(async () => {
    await backends.use('cpu');
    await build({ outDir, train: 600, test: 100, download: false });
    const configFile = join(root, 'examples/browser/vite.config.ts');
    // In a folder, as on many a host.
    site = await preview({ configFile, base: '/some/folder/', build: { outDir }, logLevel: 'silent' });
    url = site.resolvedUrls!.local[0]!;
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    rmSync(outDir, { recursive: true, force: true });
  });

  /** Opens the page as one who has chosen a backend before: WebGL in software takes a while to compile. */
  async function visit(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    context = await browser.newContext(options);
    await context.addInitScript(() => localStorage.setItem('backend', localStorage.getItem('backend') ?? 'wasm'));
    const page = await context.newPage();
    errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
    visitor = new Visitor(page);
  }
  afterEach(async () => {
    await context?.close();
    expect(errors ?? []).to.deep.equal([]);
  });

  it('names what is in photographs that are shown, picked and dropped, on each backend and precision', async () => {
    await visit();
    expect(await visitor.answer()).to.equal('tiger cat');
    await visitor.page.setInputFiles('#photo-file', photograph('coffee.png'));
    await visitor.page.getByText('espresso', { exact: true }).waitFor();
    await visitor.drop(photograph('rocket.jpg'), 'rocket.jpg', 'image/jpeg');
    await visitor.page.getByText('missile', { exact: true }).waitFor();
    await visitor.page.getByLabel('Precision').selectOption({ index: 1 });
    expect(await visitor.answer()).to.equal('missile');
    await visitor.page.getByLabel('Backend').selectOption('webgl');
    await visitor.page.locator('#engine-text', { hasText: 'Ready on webgl' }).waitFor();
    expect(await visitor.answer()).to.equal('missile');
    expect(await visitor.text('#times')).to.match(/^Preprocessing[\d.]+ m?sInference[\d.]+ m?s$/);
  });

  it('shows feature maps and filters of each layer', async () => {
    await visit();
    await visitor.answer();
    await visitor.view('Look inside');
    const maps = visitor.page.locator('#maps-says');
    await maps.filter({ hasText: '1 to 32 of 32, 112 × 112 each' }).waitFor();
    expect(await visitor.text('#layer-says')).to.match(/^Conv2dSame\(3, 32, kernel_size=\(3, 3\)/);
    expect(await visitor.text('#filters-says')).to.equal('32 of 3 × 3, in the colours that they look for');
    expect(await colors(visitor.page, '#maps')).to.be.greaterThan(1000);
    expect(await colors(visitor.page, '#filters')).to.be.greaterThan(50);
    await visitor.page.locator('#channel').fill('5');
    expect(await visitor.text('#channel-value')).to.equal('5');
    await visitor.page.getByRole('button', { name: 'Next layer' }).click();
    await visitor.page.locator('#layer-says', { hasText: 'BatchNorm' }).waitFor();
    const before = await visitor.tensors();
    await visitor.page.getByLabel('Layer', { exact: true }).selectOption({ label: 'classifier · Linear' });
    await maps.filter({ hasText: 'all values, row by row' }).waitFor();
    expect(await visitor.tensors()).to.equal(before);
  });

  it('trains, pauses, goes on and stops, and gives weights that load', async () => {
    await visit();
    await visitor.answer();
    const before = await visitor.tensors();
    await visitor.view('Train');
    if (await visitor.page.isVisible('#own-data')) await visitor.page.setInputFiles('#idx-files', idxFiles());
    const { page } = visitor;
    const start = page.getByRole('button', { name: 'Start training' });
    await page.waitForSelector('#train-start:enabled');
    await page.getByLabel('Epochs').fill('40');
    await start.click();
    await page.locator('#train-says', { hasText: /Epoch [2-9]/ }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.waitForTimeout(300);
    const paused = await visitor.text('#loss-now');
    await page.waitForTimeout(500);
    expect(await visitor.text('#loss-now')).to.equal(paused);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.waitForFunction(() => Number(document.getElementById('loss-now')!.textContent) < 1.4);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('#train-says', { hasText: /Trained. After epoch \d+, [\d.]+ % of all test images/ }).waitFor();
    expect(await visitor.tensors()).to.equal(before + 10); // the weights
    expect(await page.locator('#tiles .right').count()).to.be.greaterThan(10);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download .safetensors' }).click();
    const { stateDict } = await readCheckpoint(await (await downloading).path());
    const model = await createModel('lenet', { weights: stateDict });
    expect([...stateDict.values()].flatMap(({ data }) => [...data]).every(Number.isFinite)).to.equal(true);
    model.dispose();
    await page.getByRole('button', { name: 'Classify with it' }).click();
    await visitor.answer();
  });

  it('tells what is in a checkpoint, and runs it or says why not', async () => {
    await visit();
    await visitor.answer();
    await visitor.drop(fixture('lenet.pth'), 'lenet.pth', '');
    await visitor.page.getByText('No model of the zoo takes it').waitFor();
    expect(await visitor.text('#fits li:first-child summary')).to.equal('lenet 10 missing, 6 unknown');
    expect(await visitor.text('#entries tr:first-child')).to.equal('0.weightfloat326 × 1 × 5 × 5600 B');
    await visitor.page.setInputFiles('#bring-file', fixture('alexnet.pth'));
    await visitor.page.getByText('It fits alexnet').waitFor();
    await visitor.page.getByRole('button', { name: 'Classify with it' }).click();
    await visitor.page.locator('#engine-text', { hasText: 'yours' }).waitFor();
    await visitor.answer();
    expect(await visitor.page.locator('#model option:checked').textContent()).to.equal('alexnet, alexnet.pth');
    await visitor.page.setInputFiles('#bring-file', photograph('coffee.png'));
    await visitor.page.locator('#bring-error', { hasText: 'coffee.png: expected' }).waitFor({ state: 'attached' });
  });

  it('asks for weights and images that it does not have', async () => {
    await visit({ serviceWorkers: 'block' });
    await visitor.page.route('**/data/fashion-mnist.json', (route) => route.fulfill({ status: 404 }));
    await visitor.answer();
    await visitor.page.getByLabel('Model').selectOption('alexnet');
    await visitor.page.getByText('AlexNet needs your copy of its weights').waitFor();
    await visitor.page.setInputFiles('#own-file', fixture('alexnet.pth'));
    await visitor.answer();
    await visitor.view('Train');
    await visitor.page.getByText('No images to train on').waitFor();
    await visitor.page.setInputFiles('#idx-files', idxFiles().slice(1));
    await visitor.page.getByText('Also choose train-images: all four at once.').waitFor();
    await visitor.page.setInputFiles('#idx-files', idxFiles());
    await visitor.page.locator('#train-says', { hasText: '640 images to train on, 100 to test with.' }).waitFor();
  });

  it('works without a network from the second visit on', async () => {
    await visit();
    await visitor.answer();
    const { page } = visitor;
    await page.getByText('It works offline too.').waitFor();
    await page.getByLabel('Model').selectOption('lenet'); // which is kept for later by itself, and by the library
    await page.waitForFunction(async () => {
      const name = (await caches.keys()).find((each) => each.startsWith('tfjs-zoo-demo-'));
      return name && (await (await caches.open(name)).keys()).some(({ url }) => url.includes('/weights/lenet'));
    });
    await context.setOffline(true);
    await page.reload();
    expect(await visitor.answer()).to.equal('tiger cat');
    expect(await page.evaluate(() => crossOriginIsolated)).to.equal(true);
    await page.getByText('You are offline; it goes on working.').waitFor();
  });

  it('is used by the keyboard, and keeps the view in the address', async () => {
    await visit({ viewport: { width: 360, height: 740 } });
    const { page } = visitor;
    await page.getByRole('tab', { name: 'Classify' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal('tab-look');
    expect(await page.isVisible('#look')).to.equal(true);
    await page.keyboard.press('End');
    expect(page.url()).to.equal(`${url}#/bring`);
    await page.goBack();
    await page.waitForSelector('#look', { state: 'visible' });
    for (const view of ['Classify', 'Look inside', 'Train', 'Bring your own']) {
      await visitor.view(view);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${view} is as wide as a phone`).to.be.at.most(0);
    }
    const theme = page.getByRole('button', { name: 'Dark theme' });
    await theme.click();
    expect(await theme.getAttribute('aria-pressed')).to.equal('true');
  });
});

/** How many colours a canvas has. */
function colors(page: Page, selector: string): Promise<number> {
  return page.evaluate((canvas) => {
    const { width, height } = document.querySelector<HTMLCanvasElement>(canvas)!;
    const context = document.querySelector<HTMLCanvasElement>(canvas)!.getContext('2d')!;
    return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
  }, selector);
}

/** The four files, with stripes for clothes. */
function idxFiles() {
  return [
    idxFile('train-images-idx3-ubyte', 640),
    idxFile('train-labels-idx1-ubyte', 640),
    idxFile('t10k-images-idx3-ubyte', 100),
    idxFile('t10k-labels-idx1-ubyte', 100),
  ];
}
