import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type * as tfjsZoo from 'tfjs-zoo';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { expectClose, LOGITS_TOLERANCE } from '../support/golden-close.js';
import { needsChromium } from '../support/tools.js';

type Predictions = tfjsZoo.models.Prediction[];

const photographs = ['chelsea.png', 'rocket.jpg'] as const;

describe('a classifier in a Web Worker (skipped without Chromium)', function () {
  this.timeout(120_000);
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  before(needsChromium);
  before(async () => {
    const [app, worker, losing] = await Promise.all([
      bundleForPage(
        "import * as zoo from 'tfjs-zoo'; import * as tf from '@tensorflow/tfjs-core'; Object.assign(window, { zoo, tf });",
      ),
      bundleForPage("import '@tensorflow/tfjs-backend-webgpu'; import 'tfjs-zoo/worker';"),
      bundleForPage(`
        import 'tfjs-zoo/worker';
        import * as tf from '@tensorflow/tfjs-core';
        const channel = new BroadcastChannel('lose');
        channel.onmessage = () => {
          tf.backend().gpgpu.gl.getExtension('WEBGL_lose_context').loseContext();
          channel.postMessage('lost');
        };`),
    ]);
    site = await serve({
      '/index.html': '<script type="module" src="app/app.js"></script>',
      '/app/app.js': app.code,
      '/app/main.js': worker.code,
      '/app/losing.js': losing.code,
      '/alexnet.pth': readFileSync(join(root, 'test/fixtures/docs/alexnet.pth')),
      ...Object.fromEntries(photographs.map((name) => [`/${name}`, readFileSync(join(root, 'examples/images', name))])),
    });
    browser = await launchChromium();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.zoo');
  });
  afterEach(() => page?.close());
  after(async () => {
    site?.close();
    await browser?.close();
  });

  /** Runs code in the page, which has `zoo`, `tf`, `wasm` (options of a worker), and `createHere` and `create`, of an AlexNet. */
  const inPage = <Result>(code: string): Promise<Result> =>
    page.evaluate(`(async () => {
      const wasm = { backend: 'wasm' };
      const weights = 'alexnet.pth';
      const create = (worker = wasm, options = {}) => zoo.createClassifier('alexnet', { weights, worker, ...options });
      const createHere = async (backend) => {
        await zoo.backends.use(backend);
        return zoo.createClassifier('alexnet', { weights });
      };
      ${code}
    })()`);

  for (const backend of ['webgl', 'wasm', 'cpu'] as const) {
    it(`gives the page's own logits on ${backend}`, async () => {
      const [inWorker, here, name] = await inPage<[Predictions[], Predictions[], string]>(`
        const files = ${JSON.stringify(photographs)};
        const classifier = await create({ backend: '${backend}' });
        await classifier.warmup();
        const inWorker = await classifier.classify(files, { top: 1000 });
        const own = await createHere('${backend}');
        return [inWorker, await own.classify(files, { top: 1000 }), classifier.backend.name];`);
      expect(name).to.equal(backend);
      expect(inWorker).to.have.lengthOf(2);
      expect(inWorker).to.deep.equal(here);
    });
  }

  it("gives wasm's logits on webgpu, which the worker imports", async () => {
    const [got, want, name] = await inPage<[Predictions, Predictions, string]>(`
      const classifiers = [await create({ backend: 'webgpu' }), await create()];
      const [got, want] = await Promise.all(classifiers.map((each) => each.classify('chelsea.png', { top: 1000 })));
      return [got, want, classifiers[0].backend.name];`);
    expect(name).to.equal('webgpu');
    const byClass = (predictions: Predictions) => {
      const sorted = [...predictions].sort((a, b) => a.classIndex - b.classIndex);
      return { shape: [1000], data: sorted.map(({ logit }) => logit) };
    };
    expectClose('logits', byClass(got), byClass(want), LOGITS_TOLERANCE.webgpu);
  });

  it('takes what a page shows and has: pixels, canvases, bitmaps, frames, files, bytes and addresses', async () => {
    const results = await inPage<Record<string, Predictions>>(`
      const classifier = await create();
      const response = await fetch('chelsea.png');
      const blob = await response.blob();
      const bitmap = await createImageBitmap(blob);
      const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const picture = Object.assign(new Image(), { src: 'chelsea.png' });
      await picture.decode();
      const sources = {
        address: 'chelsea.png',
        url: new URL('chelsea.png', location.href),
        blob,
        file: new File([blob], 'chelsea.png'),
        bytes: new Uint8Array(await blob.arrayBuffer()),
        bitmap,
        canvas,
        picture,
        frame: new VideoFrame(canvas, { timestamp: 0 }),
        pixels: context.getImageData(0, 0, canvas.width, canvas.height),
      };
      const results = {};
      for (const [name, source] of Object.entries(sources)) results[name] = await classifier.classify(source);
      results['a bitmap that is still there'] = await classifier.classify(bitmap);
      results['pixels that are still there'] = await classifier.classify(sources.pixels);
      return results;`);
    const want = results.address!;
    expect(want[0]!.label).to.be.a('string');
    for (const [name, got] of Object.entries(results)) expect(got, name).to.deep.equal(want);
  });

  it('leaves the page its time while it loads and computes', async () => {
    const turns = await inPage<Record<string, number>>(`
      const turns = { loading: 0, computing: 0 };
      let stage = 'loading';
      const timer = setInterval(() => turns[stage]++);
      const classifier = await create({ backend: 'cpu' });
      stage = 'computing';
      await classifier.classify('chelsea.png');
      clearInterval(timer);
      return turns;`);
    expect(turns.loading).to.be.greaterThan(1);
    expect(turns.computing, 'turns of the page in a second of computing').to.be.greaterThan(10);
  });

  it('tells its progress, what it loaded, its categories and its backend', async () => {
    const told = await inPage<{ stages: string[]; last: object; loaded: number; categories: number; backend: object }>(`
      const progress = [];
      let loaded;
      const classifier = await create(wasm, { onProgress: (news) => progress.push(news), onLoad: (report) => { loaded = report.loaded.length; } });
      const { stage, ...last } = progress.at(-1);
      return {
        stages: [...new Set(progress.map(({ stage }) => stage))], last, loaded,
        categories: classifier.categories?.length, backend: classifier.backend,
      };`);
    expect(told.stages).to.include('reading');
    expect(told.last)
      .to.have.property('loaded')
      .that.equals((told.last as { total: number }).total);
    expect(told.loaded).to.equal(16);
    expect(told.backend).to.include({ name: 'wasm', reason: 'asked for' });
  });

  it('gives features as a tensor of the page', async () => {
    const [inWorker, here, tensors] = await inPage<[number[][], number[][], number[]]>(`
      const own = await createHere('cpu');
      const classifier = await create({ backend: 'cpu' });
      const numTensors = tf.memory().numTensors;
      const features = await classifier.features(['chelsea.png', 'rocket.jpg']);
      const one = await classifier.features('chelsea.png');
      const ownFeatures = await own.features(['chelsea.png', 'rocket.jpg']);
      const results = [await features.array(), await ownFeatures.array(), [...one.shape, tf.memory().numTensors - numTensors]];
      tf.dispose([features, one, ownFeatures]);
      return results;`);
    expect(inWorker).to.have.lengthOf(2);
    expect(inWorker).to.deep.equal(here);
    expect(tensors).to.deep.equal([inWorker[0]!.length, 3]);
  });

  it("has the page's own published weights and base URL", async () => {
    const labels = await inPage<string[]>(`
      zoo.weights.registerWeights({
        model: 'alexnet', name: 'OWN', url: new URL('alexnet.pth', location.href).href, sha256: '${'0'.repeat(64)}', size: { bytes: 1 },
        categories: ['a', 'b'],
      });
      const failure = await zoo.createClassifier('alexnet', { pretrained: 'OWN', worker: wasm }).catch(({ name }) => name);
      zoo.weights.setBaseUrl('models/');
      const lost = await zoo.createClassifier('alexnet', { pretrained: 'OWN', worker: wasm }).catch(({ message }) => message);
      return [failure, lost];`);
    expect(labels[0]).to.match(/IntegrityError|DownloadError/);
    expect(labels[1]).to.include('models/alexnet/model.json');
  });

  it('goes on by itself when its GPU is lost, before an image or while it computes', async () => {
    const [first, ...others] = await inPage<Predictions[]>(`
      const losing = new BroadcastChannel('lose');
      const classifier = await create({ backend: 'webgl', create: () => new Worker('app/losing.js', { type: 'module' }) });
      const answers = [await classifier.classify('chelsea.png')];
      const lose = () => new Promise((resolve) => { losing.onmessage = resolve; losing.postMessage('lose'); });
      await lose();
      answers.push(await classifier.classify('chelsea.png'));
      const pending = classifier.classify('chelsea.png');
      await lose();
      answers.push(await pending, await classifier.classify('chelsea.png'));
      classifier.dispose();
      return answers;`);
    expect(others).to.have.lengthOf(3);
    for (const answer of others) expect(answer).to.deep.equal(first);
  });

  it("throws the library's own errors, with their fields", async () => {
    const errors = await inPage<unknown[]>(`
      const classifier = await create();
      const failure = (promise) => promise.then(() => 'no error', (error) => error);
      const image = await failure(classifier.classify(new Uint8Array([1, 2, 3])));
      const mismatch = await failure(create(wasm, { numClasses: 7, channels: [1, 2, 3, 4, 5] }));
      const top = await failure(classifier.classify('chelsea.png', { top: 0 }));
      const none = await failure(zoo.createClassifier('alexnet', { worker: true }));
      const code = await failure(create(wasm, { transforms: new zoo.transforms.ToTensor() }));
      const still = (await classifier.classify('chelsea.png'))[0].label;
      return [image instanceof zoo.ImageError, image.message, mismatch instanceof zoo.StateDictError, mismatch.mismatched?.length > 0, top.message, none.message, code.message, still];`);
    expect(errors.slice(0, 4)).to.deep.equal([
      true,
      'loadImage: expected an image (JPEG, PNG, GIF and BMP), got 3 bytes that start with 01 02 03. Convert it to PNG or JPEG.',
      true,
      true,
    ]);
    expect(errors[4]).to.equal('classify: expected top to be a positive integer, got 0. Ask for 1 or more.');
    expect(errors[5]).to.match(/^createClassifier\('alexnet'\): expected weights, got none/);
    expect(errors[6]).to.equal(
      "createClassifier('alexnet'): expected no transforms with a worker, for code cannot be sent to it, got some. Leave one of the two out.",
    );
    expect(errors[7]).to.be.a('string');
  });

  it('says what is no image, and what cannot be sent', async () => {
    const messages = await inPage<string[]>(`
      const classifier = await create();
      const failure = (promise) => promise.then(() => 'no error', ({ message }) => message);
      const cache = { match: async () => undefined, put: async () => undefined };
      return [
        await failure(classifier.classify(42)),
        await failure(classifier.classify({ width: 2, height: 2, data: 'red' })),
        await failure(classifier.classify('http://')),
        await failure(classifier.features([])),
        await failure(create(wasm, { cache })),
      ];`);
    const image =
      'loadImage: expected a path, URL, bytes, Blob, jimp image or { width, height, data: Uint8Array }, got ';
    expect(messages[0]).to.include(`${image}42`);
    expect(messages[1]).to.include(`${image}data of type String`);
    expect(messages[2]).to.match(/^loadImage: expected an image .* at http:\/\/, got /);
    expect(messages[3]).to.equal(
      'features: expected at least one image, got an empty array. Pass the images to look at.',
    );
    expect(messages[4]).to.match(
      /^WorkerClassifier: expected what can be sent to a worker, got: .+ could not be cloned\. Leave functions/,
    );
  });

  it('says that the worker is missing, that it was disposed, and why it was stopped', async () => {
    const messages = await inPage<string[]>(`
      const failure = (promise) => promise.then(() => 'no error', ({ message }) => message);
      const missing = await failure(create({ create: () => new Worker('nowhere.js', { type: 'module' }) }));
      const classifier = await create({ backend: 'cpu' });
      const pending = failure(classifier.classify('chelsea.png'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      classifier.dispose();
      classifier.dispose();
      const controller = new AbortController();
      const aborted = failure(create(wasm, { signal: controller.signal }));
      controller.abort(new Error('enough'));
      return [missing, await pending, await failure(classifier.classify('chelsea.png')), await aborted, await failure(create(wasm, { signal: controller.signal }))];`);
    const disposed = 'WorkerClassifier: expected one that is in use, got one that was disposed. Create another.';
    expect(messages).to.deep.equal([
      'createClassifier: expected a worker that runs, got: its file did not load. ' +
        "See 'In a worker' in docs/browser.md for how a bundler brings it, or leave worker out.",
      disposed,
      disposed,
      'enough',
      'enough',
    ]);
  });
});
