import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type * as zoo from 'tfjs-zoo';
import type { PublishedFile } from 'tfjs-zoo/weights';
import type { readMnist } from '../../src/datasets/read-mnist.js';
import { images, smallSet } from '../datasets/support.js';
import { root } from '../docs/support.js';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

declare const window: { zoo: typeof zoo; tf: typeof tfjs; readMnist: typeof readMnist };
declare const document: { querySelector(name: string): { files: Iterable<File> } };

describe('data sets in Chromium (skipped where it is missing)', function () {
  this.timeout(60_000);
  const served: Record<string, string | Uint8Array> = {};
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  before(needsChromium);
  before(async () => {
    const { code } = await bundleForPage(`
      import * as tf from '@tensorflow/tfjs';
      import * as zoo from 'tfjs-zoo';
      import { readMnist } from './src/datasets/read-mnist.ts';
      Object.assign(window, { tf, zoo, readMnist });`);
    served['/index.html'] = '<input type="file" webkitdirectory><script type="module" src="main.js"></script>';
    served['/main.js'] = code;
    for (const [name, bytes] of Object.entries(smallSet())) served[`/data/raw/${name}`] = bytes;
    site = await serve(served);
    browser = await launchChromium();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.readMnist');
  });
  afterEach(() => page?.close());
  after(async () => {
    site?.close();
    await browser?.close();
  });

  it('are read from a folder of the server, and become batches', async () => {
    const got = await page.evaluate(async () => {
      const { zoo, tf } = window;
      await zoo.backends.use('cpu');
      const train = await zoo.datasets.FashionMNIST.load({ root: 'data' });
      const loader = new zoo.datasets.DataLoader(train, { batchSize: 4, shuffle: true, seed: 1 });
      const batches: number[][] = [];
      for await (const { inputs, labels } of loader) {
        batches.push(inputs.shape, [...(await labels.data())]);
        tf.dispose([inputs, labels]);
      }
      return { batches, pixels: [...train.images], tensors: tf.memory().numTensors };
    });
    expect(got.pixels).to.deep.equal([...images(6).subarray(16)]);
    expect(got.batches[0]).to.deep.equal([4, 28, 28, 1]);
    expect([...got.batches[1]!, ...got.batches[3]!].sort()).to.deep.equal([0, 0, 0, 2, 3, 9]);
    expect(got.tensors).to.equal(0);
  });

  it('that are not there are an error that says where they were looked for', async () => {
    const messageOf = (root: string | undefined) =>
      page.evaluate(
        (root) =>
          window.zoo.datasets.MNIST.load({ root, download: false }).then(
            () => '',
            (error) => error.message,
          ),
        root,
      );
    expect(await messageOf('nowhere')).to.include('in nowhere/MNIST/raw/, nowhere/raw/, nowhere/, got none.');
    expect(await messageOf(undefined)).to.include('in a folder, by root or TFJS_ZOO_DATA, got none.');
  });

  it('that are damaged are refused', async () => {
    served['/bad/train-images-idx3-ubyte.gz'] = images(6);
    served['/bad/train-labels-idx1-ubyte.gz'] = smallSet()['train-labels-idx1-ubyte.gz']!.subarray(0, 20);
    const message = await page.evaluate(() =>
      window.zoo.datasets.MNIST.load({ root: 'bad' }).then(
        () => '',
        (error) => error.message,
      ),
    );
    expect(message).to.match(/^MNIST \(bad\/train-labels-idx1-ubyte\.gz\): expected a whole gzip file, got 20 bytes/);
  });

  it('are downloaded once, and kept by the page', async () => {
    const files = Object.fromEntries(
      Object.entries(smallSet()).map(([name, bytes]): [string, PublishedFile] => {
        served[`/published/${name}`] = bytes;
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const size = { bytes: bytes.length };
        const url = `${site.url}published/${name}`;
        return [name.replace('.gz', ''), { model: 'Small', name, isData: true, url, sha256, size }];
      }),
    );
    const read = () =>
      page.evaluate(async (files) => {
        const progress: number[] = [];
        const { labels } = await window.readMnist(
          { name: 'Small', classes: [...'0123456789'], files },
          {
            train: false,
            onProgress({ loaded }) {
              progress.push(loaded);
            },
          },
        );
        return { labels: [...labels], downloaded: progress.at(-1) };
      }, files);
    const total = ['labels-idx1', 'images-idx3'].reduce(
      (sum, each) => sum + smallSet()[`t10k-${each}-ubyte.gz`]!.length,
      0,
    );
    expect(await read()).to.deep.equal({ labels: [9, 2, 1], downloaded: total });
    for (const name of Object.keys(smallSet())) delete served[`/published/${name}`];
    expect((await read()).labels).to.deep.equal([9, 2, 1]);
  });

  it('are a folder that the user chooses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-folder-'));
    for (const name of ['cat', 'dog/small']) {
      mkdirSync(join(folder, name), { recursive: true });
      copyFileSync(join(root, 'examples/images/chelsea.png'), join(folder, name, '1.png'));
    }
    await page.setInputFiles('input', folder);
    const got = await page.evaluate(async () => {
      const set = window.zoo.datasets.ImageFolder.fromFiles(document.querySelector('input').files);
      const { input, label } = await set.get(1);
      const { width, height } = input as { width: number; height: number };
      return { classes: set.classes, samples: set.samples, label, width, height };
    });
    rmSync(folder, { recursive: true });
    expect(got).to.deep.equal({
      classes: ['cat', 'dog'],
      samples: [
        ['cat/1.png', 0],
        ['dog/small/1.png', 1],
      ],
      label: 1,
      width: 451,
      height: 300,
    });
    const message = await page.evaluate(() =>
      window.zoo.datasets.ImageFolder.load('flowers').then(
        () => '',
        (error) => error.message,
      ),
    );
    expect(message).to.equal(
      'ImageFolder.load: expected Node, where folders can be listed, got flowers in a page. Let the user choose a folder, and pass its files to ImageFolder.fromFiles.',
    );
  });
});
