import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { DownloadError, datasets, IntegrityError, transforms, ZooError } from 'tfjs-zoo';
import type { GrayImage } from 'tfjs-zoo/transforms';
import type { FetchProgress, PublishedFile } from 'tfjs-zoo/weights';
import { fashionMnistFiles, type MnistFiles, mnistFiles } from '../../src/datasets/mnist-files.js';
import { readMnist } from '../../src/datasets/read-mnist.js';
import { serve } from '../support/browser.js';
import { python, pythonWith } from '../support/tools.js';
import { Folder, images, labels, rejection, smallSet } from './support.js';

const debian = '/usr/share/datasets/fashion-mnist';
const without = ['TFJS_ZOO_DATA', 'TFJS_ZOO_MIRROR', 'TFJS_ZOO_CACHE'];

describe('FashionMNIST', () => {
  const folder = new Folder();
  let before: (string | undefined)[];
  beforeEach(() => {
    before = without.map((name) => process.env[name]);
    for (const name of without) delete process.env[name];
  });
  afterEach(() => {
    for (const [i, name] of without.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  });

  it('is read from a folder, in which it may lie as torchvision keeps it', async () => {
    const unpacked = Object.fromEntries(
      Object.entries(smallSet()).map(([name, bytes]) => [name.replace('.gz', ''), gunzipSync(bytes)]),
    );
    folder.write(smallSet(), 'itself');
    folder.write(smallSet(), 'inside/raw');
    folder.write(unpacked, 'torchvision/FashionMNIST/raw');
    const paths = ['itself', 'inside', 'torchvision'].map((name) => join(folder.path, name));
    const roots = [...paths, pathToFileURL(paths[2]!), `${paths[2]}/`];
    for (const root of roots) {
      const train = await datasets.FashionMNIST.load({ root });
      expect(train.length).to.equal(6);
      expect([...train.labels]).to.deep.equal([9, 0, 0, 3, 0, 2]);
      expect(train.images).to.deep.equal(images(6).subarray(16));
      const test = await datasets.FashionMNIST.load({ root, train: false });
      expect([...test.labels]).to.deep.equal([9, 2, 1]);
    }
  });

  it('gives images that are views of one memory, and labels', async () => {
    const train = await datasets.FashionMNIST.load({ root: folder.write(smallSet()) });
    const { input, label } = train.get(3);
    const image = input as GrayImage;
    expect(label).to.equal(3);
    expect(train.classes[label]).to.equal('Dress');
    expect({ ...image, data: [...image.data] }).to.deep.equal({
      width: 28,
      height: 28,
      channels: 1,
      data: [...images(6).subarray(16 + 3 * 784, 16 + 4 * 784)],
    });
    expect(image.data.buffer).to.equal(train.images.buffer);
    expect(() => train.get(6)).to.throw(ZooError, 'FashionMNIST: expected an index from 0 to 5, got 6. Count from 0');
  });

  it('applies a transform', async () => {
    const transform = new transforms.Resize([2, 3]);
    const train = await datasets.FashionMNIST.load({ root: folder.write(smallSet()), transform });
    expect(train.get(0).input).to.include({ width: 3, height: 2 });
    const wrong = { root: folder.path, transform: [transform] as unknown as transforms.Resize };
    expect((await rejection(datasets.FashionMNIST.load(wrong))).message).to.equal(
      'FashionMNIST: expected transform to have a method apply(x), got object. Wrap a function as { apply: fn }, several transforms in Compose.',
    );
  });

  it('is read from a server', async () => {
    const files = Object.entries(smallSet()).map(([name, bytes]) => [`/data/raw/${name}`, bytes]);
    const site = await serve(Object.fromEntries(files));
    try {
      for (const root of [`${site.url}data`, new URL('data/', site.url)]) {
        expect([...(await datasets.FashionMNIST.load({ root, train: false })).labels]).to.deep.equal([9, 2, 1]);
      }
      const error = await rejection(datasets.FashionMNIST.load({ root: `${site.url}nothing` }));
      expect(error.message).to.include(
        `in ${site.url}nothing/FashionMNIST/raw/, ${site.url}nothing/raw/, ${site.url}nothing/, got none`,
      );
    } finally {
      site.close();
    }
    const error = await rejection(datasets.FashionMNIST.load({ root: site.url, signal: AbortSignal.timeout(100) }));
    expect(error.name).to.equal('TimeoutError');
  });

  it('is looked for where TFJS_ZOO_DATA says', async () => {
    process.env.TFJS_ZOO_DATA = folder.write(smallSet());
    expect((await datasets.FashionMNIST.load()).length).to.equal(6);
  });

  it('that is not there is an error that says where it was looked for', async () => {
    const root = folder.write({});
    const error = await rejection(datasets.FashionMNIST.load({ root }));
    expect(error).to.be.instanceOf(ZooError);
    expect(error.message).to.equal(
      'FashionMNIST: expected train-labels-idx1-ubyte.gz and train-images-idx3-ubyte.gz, or unpacked without .gz, ' +
        `in ${root}/FashionMNIST/raw/, ${root}/raw/, ${root}/, got none. ` +
        'Get them from http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/, or pass download: true.',
    );
    folder.write({ 'raw/train-images-idx3-ubyte': images(6) });
    expect((await rejection(datasets.FashionMNIST.load({ root }))).message).to.match(
      /^FashionMNIST: expected train-labels-idx1-ubyte\.gz, or unpacked/,
    );
    const digits = await rejection(datasets.MNIST.load({ train: false, download: false }));
    expect(digits.message).to.include('or unpacked without .gz, in a folder, by root or TFJS_ZOO_DATA, got none.');
  });

  it('says which file cannot be read', async () => {
    const root = folder.write({ 'train-labels-idx1-ubyte.gz/x': '' });
    const error = await rejection(datasets.FashionMNIST.load({ root }));
    expect(error).to.be.instanceOf(ZooError);
    expect(error.message).to.equal(
      `${root}/train-labels-idx1-ubyte.gz: expected a file that can be read, got EISDIR. Check its rights.`,
    );
  });

  it('of files that do not fit together is refused', async () => {
    const messageOf = async (files: Record<string, Uint8Array>) => {
      const error = await rejection(datasets.FashionMNIST.load({ root: folder.write({ ...smallSet(), ...files }) }));
      expect(error).to.be.instanceOf(ZooError);
      return error.message;
    };
    const place = (name: string) => `FashionMNIST (${folder.path}/train-${name}-ubyte.gz)`;
    expect(await messageOf({ 'train-labels-idx1-ubyte.gz': labels([1, 2, 3]) })).to.equal(
      `${place('images-idx3')}: expected 3 images, as there are labels, got 6. Get both files again, from one place.`,
    );
    const wide = images(6);
    wide[15] = 27;
    expect(
      await messageOf({ 'train-labels-idx1-ubyte.gz': labels([1, 2]), 'train-images-idx3-ubyte.gz': gzipSync(wide) }),
    ).to.include('expected images of 28×28, got 28×27; expected 2 images, as there are labels, got 6.');
    expect(await messageOf({ 'train-labels-idx1-ubyte.gz': labels([1, 2, 3, 10, 5, 255]) })).to.equal(
      `${place('labels-idx1')}: expected labels from 0 to 9, got 10 at index 3. Get the file again.`,
    );
    expect(await messageOf({ 'train-labels-idx1-ubyte.gz': labels([]) })).to.equal(
      `${place('labels-idx1')}: expected at least one label, got none. Get the file again.`,
    );
    expect(
      await messageOf({ 'train-images-idx3-ubyte.gz': labels([1]), 'train-labels-idx1-ubyte.gz': labels([1]) }),
    ).to.include(`${place('images-idx3')}: expected an IDX file of bytes with 3 axes`);
  });

  describe('from a server of its own', () => {
    let site: Awaited<ReturnType<typeof serve>>;
    const served: Record<string, Uint8Array> = {};
    beforeEach(async () => {
      process.env.TFJS_ZOO_CACHE = join(folder.path, 'cache');
      for (const [name, bytes] of Object.entries(smallSet())) served[`/${name}`] = bytes;
      site = await serve(served);
    });
    afterEach(() => {
      site.close();
      for (const name of Object.keys(served)) delete served[name];
    });

    /** As published there, under a name that nothing else has. */
    function published(): MnistFiles {
      const files = Object.entries(smallSet()).map(([file, bytes]): [string, PublishedFile] => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const size = { bytes: bytes.length };
        return [
          file.replace('.gz', ''),
          { model: 'Small', name: file, isData: true, url: site.url + file, sha256, size },
        ];
      });
      return { ...mnistFiles, name: 'Small', files: Object.fromEntries(files) };
    }

    it('is downloaded, verified, and kept', async () => {
      const set = published();
      const progress: FetchProgress[] = [];
      const onProgress = (each: FetchProgress) => void progress.push(each);
      expect([...(await readMnist(set, { train: false, onProgress })).labels]).to.deep.equal([9, 2, 1]);
      const total = served['/t10k-labels-idx1-ubyte.gz']!.length + served['/t10k-images-idx3-ubyte.gz']!.length;
      expect(progress.at(-1)).to.deep.equal({ stage: 'downloading', loaded: total, total });
      for (const name of Object.keys(served)) delete served[name];
      expect([...(await readMnist(set, { train: false })).labels]).to.deep.equal([9, 2, 1]);
      const error = await rejection(readMnist(set, { train: true }));
      expect(error).to.be.instanceOf(DownloadError);
      expect(error.message).to.equal(
        `Small: expected the file train-labels-idx1-ubyte.gz (${smallSet()['train-labels-idx1-ubyte.gz']!.length} bytes), got none from ` +
          `${site.url}train-labels-idx1-ubyte.gz (HTTP status 404 Not Found). Name a folder that has it as root, or in Node a mirror in TFJS_ZOO_MIRROR.`,
      );
    });

    it('is refused where it is another', async () => {
      const set = published();
      served['/t10k-labels-idx1-ubyte.gz'] = served['/t10k-labels-idx1-ubyte.gz']!.map((byte) => byte ^ 1);
      const error = await rejection(readMnist(set, { train: false }));
      expect(error).to.be.instanceOf(IntegrityError);
      expect(error.message).to.include(`expected SHA-256 ${set.files['t10k-labels-idx1-ubyte']!.sha256}, got `);
      expect(error.message).to.match(/Name a folder that has it as root, or in Node a mirror in TFJS_ZOO_MIRROR\.$/);
    });

    it('comes from a mirror, which has a folder for each set', async () => {
      const set = published();
      for (const [name, bytes] of Object.entries(served)) served[`/m/Small${name}`] = bytes;
      for (const name of Object.keys(smallSet())) delete served[`/${name}`];
      process.env.TFJS_ZOO_MIRROR = `${site.url}m`;
      expect([...(await readMnist(set, { train: false })).labels]).to.deep.equal([9, 2, 1]);
      process.env.TFJS_ZOO_MIRROR = 'nowhere';
      expect((await rejection(readMnist(set, {}))).message).to.include(
        'Small: expected the mirror (option mirror, or TFJS_ZOO_MIRROR)',
      );
    });

    it('is not downloaded where there is a root, unless asked for', async () => {
      const root = folder.write({});
      expect((await rejection(readMnist(published(), { root }))).message).to.include('got none');
      expect((await readMnist(published(), { root, download: true })).labels).to.have.length(6);
    });
  });

  it('is, where Debian has it, what torchvision reads', async function () {
    if (!existsSync(debian) || !python) this.skip();
    const test = await datasets.FashionMNIST.load({ train: false });
    const sums = execFileSync(
      python,
      [
        '-c',
        `
import gzip, hashlib
for name, head in (('images-idx3', 16), ('labels-idx1', 8)):
    data = gzip.open('${debian}/t10k-%s-ubyte.gz' % name).read()[head:]
    print(hashlib.sha256(data).hexdigest())
`,
      ],
      { encoding: 'utf8' },
    );
    const own = [test.images, test.labels].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect(own).to.deep.equal(sums.trim().split('\n'));
    expect(test.length).to.equal(10_000);
  });
});

describe("the sets of images in MNIST's form", () => {
  it('have the classes of torchvision, and files whose MD5 it lists', async function () {
    const found = pythonWith('torchvision');
    if (!found) this.skip();
    const printed = execFileSync(
      found,
      [
        '-c',
        `
import json
from torchvision.datasets import MNIST, FashionMNIST
print(json.dumps([[s.__name__, s.classes, sorted(r[0] for r in s.resources)] for s in (MNIST, FashionMNIST)]))
`,
      ],
      { encoding: 'utf8' },
    );
    const own = [mnistFiles, fashionMnistFiles].map(({ name, classes, files }) => [
      name,
      classes,
      Object.values(files)
        .map((file) => file.name)
        .sort(),
    ]);
    expect(own).to.deep.equal(JSON.parse(printed));
  });
});
