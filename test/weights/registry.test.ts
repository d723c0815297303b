import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  bundledFolder,
  chooseEntry,
  defaultEntry,
  entriesFor,
  imagenetCategories,
  registerWeights,
  registry,
  sizeText,
  type WeightsEntry,
} from 'tfjs-zoo/weights';
import { sizeLimits } from '../../weights/known.js';
import { forgetRegistered, rejection, sha256 } from './support.js';

describe('the registry of weights', () => {
  it("holds torchvision's AlexNet", () => {
    const entry = defaultEntry('alexnet');
    expect(entry).to.equal(entriesFor('alexnet')[0]);
    const { categories, ...rest } = entry!;
    expect(rest).to.deep.equal({
      name: 'IMAGENET1K_V1',
      model: 'alexnet',
      isDefault: true,
      url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
      sha256: '7be5be79',
      size: { mebibytes: 233.087 },
      numParams: 61100840,
      accuracy: { acc1: 56.522, acc5: 79.066 },
      gflops: 0.714,
      transforms: {
        cropSize: 224,
        resizeSize: 256,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        interpolation: 'bilinear',
        antialias: true,
      },
      licence: null,
      recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
      minSize: [63, 63],
    });
    expect(categories).to.equal(imagenetCategories);
  });

  it('agrees with itself', () => {
    for (const { model, name, url, files, sha256, categories } of registry) {
      if (!files) expect(url).to.include(`-${sha256}.`); // as torchvision names them
      // LeNet knows ten things, and those whose head is not trained none.
      if (model !== 'lenet' && name !== 'IMAGENET1K_FEATURES') expect(categories).to.have.length(1000);
      expect(entriesFor(model).filter((entry) => entry.isDefault)).to.have.length(1);
    }
  });

  it('has nothing for other models', () => {
    expect(entriesFor('alexnet_d2l')).to.deep.equal([]);
    expect(defaultEntry('alexnet_d2l')).to.equal(undefined);
  });

  it("lists ImageNet's labels in torchvision's order", () => {
    expect(imagenetCategories).to.have.length(1000);
    expect([0, 1, 281, 282, 606, 657, 744, 967, 999].map((index) => imagenetCategories[index])).to.deep.equal([
      'tench',
      'goldfish',
      'tabby',
      'tiger cat',
      'iron',
      'missile',
      'projectile',
      'espresso',
      'toilet tissue',
    ]);
    // Of torchvision's meta["categories"], joined by newlines.
    expect(createHash('sha256').update(imagenetCategories.join('\n')).digest('hex')).to.equal(
      '0b0f9fee7c952f257418d62aa701f023a9da13b443a14f5c4291e5724d92967c',
    );
  });
});

describe('weights of your own', () => {
  forgetRegistered();

  const flowers: WeightsEntry = {
    model: 'alexnet_d2l',
    name: 'FLOWERS',
    url: 'https://example.org/flowers.pth',
    sha256: '0123456789abcdef',
    size: { bytes: 2_000_000 },
  };

  it('are found by name, and by true where they are the first of their model', () => {
    registerWeights(flowers);
    expect(chooseEntry('alexnet_d2l', 'FLOWERS')).to.deep.equal(flowers);
    expect(chooseEntry('alexnet_d2l', true)).to.deep.equal(flowers);
    registerWeights({ ...flowers, name: 'LEAVES' });
    expect(chooseEntry('alexnet_d2l', true).name).to.equal('FLOWERS');
    registerWeights({ ...flowers, name: 'TREES', isDefault: true });
    expect(chooseEntry('alexnet_d2l', true).name).to.equal('TREES');
  });

  it('replace those of the same model and name, and are the default over published ones if they say so', () => {
    registerWeights(flowers);
    registerWeights({ ...flowers, url: 'file:///flowers.pth' });
    expect(entriesFor('alexnet_d2l').map(({ url }) => url)).to.deep.equal(['file:///flowers.pth']);
    registerWeights({ ...flowers, model: 'alexnet', isDefault: true });
    expect(entriesFor('alexnet').map(({ name }) => name)).to.deep.equal(['IMAGENET1K_V1', 'FLOWERS']);
    expect(defaultEntry('alexnet')!.name).to.equal('FLOWERS');
  });

  it('cannot be changed behind the back of the registry', () => {
    const entry = { ...flowers };
    registerWeights(entry);
    entry.url = 'https://elsewhere.org';
    expect(defaultEntry('alexnet_d2l')!.url).to.equal(flowers.url);
  });

  it('are refused with all that is wrong with them', () => {
    const wrong = {
      ...flowers,
      name: '',
      url: 'ftp://a',
      mirrors: ['x'],
      sha256: 'xyz',
      size: { bytes: 1.5 },
      site: 1,
    };
    expect(() => registerWeights(wrong as never)).to.throw(
      'registerWeights: expected name to be a name, got ""; expected url to be an http, https or file URL, got "ftp://a"; ' +
        'expected mirrors to be a list of http, https or file URLs, got ["x"]; expected sha256 to be 8 to 64 hex digits, got "xyz"; ' +
        'expected size to be { bytes } or { mebibytes }, got {"bytes":1.5}; expected fields among name, model, isDefault, url, files, ' +
        'mirrors, sha256, size, numParams, accuracy, gflops, transforms, options, categories, licence, recipe, minSize, got site. Correct the entry.',
    );
    const fields: Partial<Record<keyof WeightsEntry, unknown>> = {
      model: 7,
      isDefault: 'yes',
      numParams: -1,
      accuracy: { acc1: 1 },
      gflops: Number.NaN,
      transforms: { cropSize: 224 },
      categories: 'cat, dog',
      licence: 3,
      recipe: '',
      minSize: [63],
    };
    for (const [name, value] of Object.entries(fields)) {
      const one = { ...flowers, [name]: value } as WeightsEntry;
      expect(() => registerWeights(one), name).to.throw(
        new RegExp(`^registerWeights: expected ${name} to be [^;]+, got [^;]+\\. Correct the entry\\.$`),
      );
    }
    expect(() => registerWeights(null as never)).to.throw(/expected name to be a name, got undefined; expected model /);
    expect(entriesFor('alexnet_d2l')).to.deep.equal([]);
  });

  it('are asked for by a name that exists', () => {
    registerWeights(flowers);
    expect(() => chooseEntry('alexnet_d2l', 'ROSES')).to.throw(
      "createModel('alexnet_d2l'): expected pretrained among FLOWERS, got 'ROSES'. Choose one of them, or registerWeights one of your own.",
    );
    expect(() => chooseEntry('alexnet_bn', 'V1')).to.throw(
      "createModel('alexnet_bn'): expected a model with pretrained weights, got one without 'V1'. " +
        'Choose one that has some (npx tfjs-zoo models lists them), or registerWeights some of your own.',
    );
  });
});

describe('weights that come with the package', () => {
  it('are the files that their entry knows', async () => {
    const [entry] = entriesFor('efficientnet_lite0');
    const { files, url, sha256: hash, size } = entry!;
    const bytes = Object.values(files!).map((address) => readFileSync(new URL(address)));
    expect(sha256(bytes[0]!)).to.equal(hash);
    expect([url, Object.keys(files!)[0]]).to.deep.equal([files!['model.json'], 'model.json']);
    expect(size).to.deep.equal({ bytes: bytes.reduce((sum, { length }) => sum + length, 0) });
    const [{ paths, sha256: hashes }] = JSON.parse(String(bytes[0])).weightsManifest;
    expect(Object.keys(files!).slice(1)).to.deep.equal(paths);
    expect(bytes.slice(1).map(sha256)).to.deep.equal(hashes);
  });

  it('are read from nowhere else, and only as they were packed', async () => {
    const [entry] = entriesFor('efficientnet_lite0');
    const damaged = bundledFolder({ ...entry!, sha256: '0'.repeat(64) });
    expect((await rejection(damaged.read('model.json'))).message).to.match(
      /^file:.*model\.json: expected the file that this package came with, got another\. Install it anew\.$/,
    );
    expect((await rejection(bundledFolder(entry!).read('../LICENSE'))).message).to.match(
      /model\.json: expected a file among model\.json, weights-001\.bin, weights-002\.bin, weights-003\.bin, got \.\.\/LICENSE\.$/,
    );
    const files = { ...entry!.files, 'weights-001.bin': 'file:///nowhere/weights-001.bin' };
    expect((await rejection(bundledFolder({ ...entry!, files }).read('weights-001.bin'))).message).to.equal(
      'file:///nowhere/weights-001.bin: expected a file of this package, got ENOENT. Install it anew.',
    );
  });
});

describe('what is known of a size', () => {
  it('is exact, or rounded as torchvision rounds it', () => {
    const entry = defaultEntry('alexnet')!;
    const { min, max } = sizeLimits(entry);
    for (const bytes of [min, max]) expect((bytes / 2 ** 20).toFixed(3)).to.equal('233.087');
    for (const bytes of [min - 1, max + 1]) expect((bytes / 2 ** 20).toFixed(3)).not.to.equal('233.087');
    expect(sizeLimits({ ...entry, size: { bytes: 7 } })).to.deep.equal({ min: 7, max: 7 });
    expect(sizeText(entry)).to.equal('233.1 MiB');
    expect(sizeText({ ...entry, size: { bytes: 7 } })).to.equal('7 bytes');
  });
});
