import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import {
  backends,
  CheckpointError,
  createClassifier,
  createModel,
  DownloadError,
  manualSeed,
  type StateDict,
  transforms,
} from 'tfjs-zoo';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { registerWeights, type WeightsEntry } from 'tfjs-zoo/weights';
import { type FileServer, ranged, serveFile, status } from '../support/file-server.js';
import { forgetRegistered, rejection, sha256, withoutOurVariables } from '../weights/support.js';

const image = { width: 40, height: 30, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 7) % 256) };

describe('pretrained weights', () => {
  forgetRegistered();
  withoutOurVariables();
  const categories = ['daisy', 'rose', 'tulip'];
  let cacheFolder: string;
  let stateDict: StateDict;
  let server: FileServer;
  let entry: WeightsEntry;
  let before = 0;

  beforeEach(async () => {
    await backends.use('wasm');
    before = tf.memory().numTensors;
    cacheFolder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-pretrained-'));
    manualSeed(1);
    using source = await createModel('lenet', { numClasses: 3 });
    stateDict = await source.stateDict();
    const file = await writeTorchCheckpoint(stateDict);
    server = await serveFile(file, ranged);
    entry = {
      model: 'lenet',
      name: 'FLOWERS',
      isDefault: true,
      url: server.url,
      sha256: sha256(file),
      size: { bytes: file.length },
      categories,
    };
    registerWeights(entry);
  });
  afterEach(async () => {
    await server.close();
    rmSync(cacheFolder, { recursive: true });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('are downloaded, then read, and the next time only read', async () => {
    const stages: string[] = [];
    for (const pretrained of [true, 'FLOWERS']) {
      using model = await createModel('lenet', {
        pretrained,
        cacheFolder,
        onProgress: ({ stage, loaded, total }) => {
          expect(loaded).to.be.within(1, total);
          if (stages.at(-1) !== stage) stages.push(stage);
        },
      });
      expect(await model.stateDict()).to.deep.equal(stateDict);
      stages.push('|');
    }
    expect(stages).to.deep.equal(['downloading', 'reading', '|', 'reading', '|']);
    expect(server.asked).to.deep.equal(['all']);
  });

  it('bring their categories and their preprocessing to a classifier', async () => {
    using plain = await createClassifier('lenet', { pretrained: true, cacheFolder });
    const predictions = await plain.classify(image);
    expect(predictions.map(({ label }) => label).sort()).to.deep.equal(categories);
    expect(plain.transforms).to.be.instanceOf(transforms.Compose);

    const options = { cropSize: 28, resizeSize: 32, mean: [0.1], std: [0.3] };
    registerWeights({
      ...entry,
      name: 'OTHERS',
      categories: ['a', 'b', 'c'],
      transforms: { ...options, interpolation: 'bicubic', antialias: true },
    });
    using other = await createClassifier('lenet', { pretrained: 'OTHERS', cacheFolder });
    expect(other.categories).to.deep.equal(['a', 'b', 'c']);
    expect(other.transforms).to.deep.include({ ...options, interpolation: 'bicubic' });
    using own = await createClassifier('lenet', { pretrained: 'OTHERS', cacheFolder, categories });
    expect(own.categories).to.equal(categories);
    expect(server.asked, 'the same file').to.deep.equal(['all']);
  });

  it('leave a head of other classes fresh, with labels of its own', async () => {
    const fresh: string[] = [];
    using plain = await createClassifier('lenet', {
      pretrained: true,
      numClasses: 5,
      cacheFolder,
      onLoad: (report) => fresh.push(...report.fresh),
    });
    expect(fresh).to.deep.equal(['fc3.weight', 'fc3.bias']);
    const state = await plain.model.stateDict();
    expect(state.get('fc2.weight')).to.deep.equal(stateDict.get('fc2.weight'));
    expect(state.get('fc3.weight')!.shape).to.deep.equal([5, 84]);
    expect((await plain.classify(image))[0]!.label).to.match(/^class [0-4]$/);
    using named = await createClassifier('lenet', {
      pretrained: true,
      numClasses: 2,
      cacheFolder,
      categories: ['cat', 'dog'],
    });
    expect(named.categories).to.deep.equal(['cat', 'dog']);
  });

  it('are fetched anew when the cached file has decayed', async () => {
    (await createModel('lenet', { pretrained: true, cacheFolder })).dispose();
    const path = join(cacheFolder, `model-${entry.sha256.slice(0, 8)}.pth`);
    const { mtime } = statSync(path);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, 2000, 3000));
    utimesSync(path, mtime, mtime);
    using model = await createModel('lenet', { pretrained: true, cacheFolder });
    expect(await model.stateDict()).to.deep.equal(stateDict);
    expect(server.asked).to.have.length(2);
  });

  it('that are no checkpoint, though they are what was published, say so', async () => {
    const file = new Uint8Array(1000).fill(7);
    const noise = await serveFile(file, ranged);
    registerWeights({ ...entry, url: noise.url, sha256: sha256(file), size: { bytes: 1000 } });
    const error = await rejection(createModel('lenet', { pretrained: true, cacheFolder }));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(/expected a PyTorch checkpoint/);
    expect(noise.asked).to.deep.equal(['all']);
    await noise.close();
  });

  it('come from a mirror, and leave no model behind where there is none', async () => {
    const gone = await serveFile(new Uint8Array(), status(404));
    const mirror = server.url.replace(/\/model\.pth$/, '');
    registerWeights({ ...entry, url: gone.url });
    const error = await rejection(createClassifier('lenet', { pretrained: true, cacheFolder }));
    expect(error).to.be.instanceOf(DownloadError);
    (await createModel('lenet', { pretrained: true, cacheFolder, mirror })).dispose();
    await gone.close();
  });

  it('are not asked for beside weights that are given', async () => {
    const error = await rejection(createModel('lenet', { pretrained: true, weights: stateDict, cacheFolder }));
    expect(error.message).to.equal(
      "createModel('lenet'): expected weights or pretrained, got both. Leave one out: each says where the weights come from.",
    );
    expect(server.asked).to.deep.equal([]);
  });

  it('whose categories are not as many as the classes are refused', async () => {
    registerWeights({ ...entry, url: server.url, categories: ['one', 'two'] });
    const error = await rejection(createClassifier('lenet', { pretrained: true, cacheFolder }));
    expect(error.message).to.match(/^createClassifier: expected \d+ categories, one a class, got 2\./);
  });
});
