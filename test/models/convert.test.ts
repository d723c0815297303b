import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import {
  backends,
  CheckpointError,
  createModel,
  type HostTensor,
  models,
  type StateDict,
  StateDictError,
  ZooError,
} from 'tfjs-zoo';
import { readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { chooseEntry, registerWeights } from 'tfjs-zoo/weights';
import { agreementOf } from '../../src/models/convert/agreement.js';
import { lenetWeights } from '../cli/support.js';
import { serveFile, whole } from '../support/file-server.js';
import { forgetRegistered, rejection, sha256, withoutOurVariables } from '../weights/support.js';

const { convertWeights } = models;

const lenet = lenetWeights();
const labels = Array.from('abcdefg');
const sizes = { numClasses: 7, inChannels: 1, inputSize: 32 };

describe('convertWeights', () => {
  withoutOurVariables();
  forgetRegistered();
  let folder: string;
  let before = 0;
  const at = (name: string) => join(folder, name);
  const manifestOf = (name: string) => JSON.parse(readFileSync(at(`${name}/model.json`), 'utf8'));

  beforeEach(async () => {
    await backends.use('wasm');
    before = tf.memory().numTensors;
    folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-convert-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('writes a folder that says how its model was built, and from which the model is built again', async () => {
    const report = await convertWeights(lenet, at('web/lenet'), { model: 'lenet', categories: labels });
    expect(report).to.deep.equal({
      format: 'tfjs',
      dtype: 'float32',
      tensors: 10,
      bytes: 4 * 61_451,
      shards: 1,
      rounded: [],
      model: { name: 'lenet', options: sizes },
    });
    const { stateDict, extra } = await readCheckpoint(at('web/lenet'));
    expect(stateDict).to.deep.equal(lenet);
    expect(extra).to.deep.equal({ model: { name: 'lenet', options: sizes }, categories: labels });
    using model = await createModel('lenet', { weights: at('web/lenet') });
    expect(await model.stateDict()).to.deep.equal(lenet);
  });

  it('lays tensors out as the modules have them', async () => {
    await convertWeights(lenet, at('web'), { model: 'lenet' });
    const [{ weights }] = manifestOf('web').weightsManifest;
    const shapes = Object.fromEntries(
      weights.map(({ name, shape }: { name: string; shape: number[] }) => [name, shape]),
    );
    expect(shapes).to.deep.include({ 'conv1.weight': [5, 5, 1, 6], 'fc1.weight': [400, 120], 'fc1.bias': [120] });
  });

  it('guesses the layout without a model, as toTensors does', async () => {
    const tensor = (shape: readonly number[]): HostTensor => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
      return { dtype: 'float32', shape, data };
    };
    const state: StateDict = new Map([
      ['conv.weight', tensor([4, 2, 3, 5])],
      ['depthwise.weight', tensor([4, 1, 3, 5])],
      ['linear.weight', tensor([4, 2])],
      ['norm.weight', tensor([2, 3])],
      ['norm.bias', tensor([2, 3])],
      ['positions', tensor([1, 2, 3, 4])],
    ]);
    expect(await convertWeights(state, at('web'))).to.not.have.property('model');
    const manifest = manifestOf('web');
    expect(manifest).to.not.have.any.keys('model', 'categories', 'transforms');
    const [{ weights }] = manifest.weightsManifest;
    expect(weights.map((entry: { shape: number[] }) => entry.shape)).to.deep.equal([
      [3, 5, 2, 4],
      [3, 5, 4, 1],
      [2, 4],
      [2, 3],
      [2, 3],
      [1, 2, 3, 4],
    ]);
    expect((await readCheckpoint(at('web'))).stateDict).to.deep.equal(state);
  });

  it('keeps what a folder says, in another dtype', async () => {
    await convertWeights(lenet, at('web'), { model: 'lenet', categories: labels });
    const report = await convertWeights(at('web'), at('half'), { dtype: 'float16' });
    expect(report).to.deep.include({ dtype: 'float16', model: { name: 'lenet', options: sizes } });
    const { weightsManifest: _, ...about } = manifestOf('web');
    const { weightsManifest: __, ...aboutHalf } = manifestOf('half');
    expect(aboutHalf).to.deep.equal(about);
    expect(aboutHalf.categories).to.deep.equal(labels);
  });

  for (const [ending, format] of [
    ['safetensors', 'safetensors'],
    ['pth', 'pytorch'],
    ['pt', 'pytorch'],
    ['bin', 'pytorch'],
  ]) {
    it(`writes a folder back into a .${ending} file, bit for bit`, async () => {
      await convertWeights(lenet, at('web'), { model: 'lenet' });
      const report = await convertWeights(at('web'), pathToFileURL(at(`lenet.${ending}`)));
      const bytes = statSync(at(`lenet.${ending}`)).size;
      expect(report).to.deep.equal({ format, tensors: 10, bytes, model: { name: 'lenet', options: sizes } });
      const { stateDict } = await readCheckpoint(at(`lenet.${ending}`));
      expect([...stateDict.keys()].sort()).to.deep.equal([...lenet.keys()].sort());
      for (const [name, tensor] of lenet) expect(stateDict.get(name), name).to.deep.equal(tensor);
    });
  }

  it('narrows what float16 is for in files, and widens it again', async () => {
    const float = (shape: number[], ...values: number[]): HostTensor => ({
      dtype: 'float32',
      shape,
      data: Float32Array.from(values),
    });
    const state: StateDict = new Map<string, HostTensor>([
      ['weight', float([2, 1], 0.1, -65504)],
      ['large', float([2, 1], 0.1, 65505)],
      ['unknown', float([2, 1], 0.1, Number.NaN)],
      ['bias', float([2], 0.1, 0.2)],
      ['double', { dtype: 'float64', shape: [1, 1], data: Float64Array.of(0.1) }],
      ['count', { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) }],
    ]);
    await convertWeights(state, at('a.pth'), { dtype: 'float16' });
    const half = (await readCheckpoint(at('a.pth'))).stateDict;
    const dtypes = [...half.values()].map(({ dtype }) => dtype);
    expect(dtypes).to.deep.equal(['float16', 'float32', 'float32', 'float32', 'float16', 'int64']);
    expect([...half.get('weight')!.data]).to.deep.equal([0.0999755859375, -65504]);
    expect(half.get('large')).to.deep.equal(state.get('large'));
    await convertWeights(half, at('b.safetensors'), { dtype: 'float32' });
    const { stateDict } = await readCheckpoint(at('b.safetensors'));
    expect(stateDict.get('weight')).to.deep.equal({ ...half.get('weight')!, dtype: 'float32' });
    expect(stateDict.get('double')).to.deep.equal(float([1, 1], 0.0999755859375));
    expect(stateDict.get('count')).to.deep.equal(state.get('count'));
    await convertWeights(half, at('c.pth'));
    expect((await readCheckpoint(at('c.pth'))).stateDict).to.deep.equal(half);
  });

  it('says which float64 tensors a folder has as float32', async () => {
    const state: StateDict = new Map([['w', { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) }]]);
    expect((await convertWeights(state, at('web'))).rounded).to.deep.equal(['w']);
  });

  describe('of a published entry', () => {
    const transforms = {
      cropSize: 32,
      resizeSize: 36,
      mean: [0.5, 0.5, 0.5],
      std: [1, 1, 1],
      interpolation: 'bilinear' as const,
      antialias: true,
    };

    async function convertPublished(categories: string[]): Promise<Record<string, unknown>> {
      const file = await writeTorchCheckpoint(lenet);
      const server = await serveFile(file, whole);
      const published = {
        model: 'lenet',
        name: 'DIGITS',
        isDefault: true,
        url: server.url,
        sha256: sha256(file),
        size: { bytes: file.length },
      };
      const entry = { ...published, transforms, categories };
      registerWeights(entry);
      const report = await convertWeights(entry, at('web'), { cacheFolder: at('cache') });
      expect(report.model?.name).to.equal('lenet');
      expect((await readCheckpoint(at('web'))).stateDict).to.deep.equal(lenet);
      // Another checkpoint of the model is told the same.
      await convertWeights(lenet, at('own'), { model: 'lenet' });
      const { weightsManifest: _, ...own } = manifestOf('own');
      const { weightsManifest: __, ...about } = manifestOf('web');
      expect(own).to.deep.equal(about);
      await server.close();
      return about;
    }

    it('has its labels and its preprocessing', async () => {
      const about = await convertPublished(labels);
      expect(about).to.deep.include({ categories: labels, transforms, model: { name: 'lenet', options: sizes } });
    });

    it('has no labels of other classes', async () => {
      const about = await convertPublished(['one', 'two']);
      expect(about).to.not.have.property('categories');
      expect(about.transforms).to.deep.equal(transforms);
    });
  });

  it('writes the weights that come with the package for Python', async () => {
    const report = await convertWeights(chooseEntry('efficientnet_lite0', true), at('lite0.pth'));
    expect(report).to.deep.include({ format: 'pytorch', tensors: 296 });
    expect(report.model).to.deep.equal({ name: 'efficientnet_lite0', options: { numClasses: 1000, inChannels: 3 } });
    const { stateDict } = await readCheckpoint(at('lite0.pth'));
    expect(stateDict.get('conv_stem.weight')).to.deep.include({ dtype: 'float16', shape: [32, 3, 3, 3] });
  });

  it('compares both on images', async () => {
    const image = { width: 40, height: 30, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 7) % 256) };
    const compareOn = [image, { ...image, data: Uint8Array.from(image.data).reverse() }];
    const run = async (dtype: 'float32' | 'uint8') =>
      (await convertWeights(lenet, at(dtype), { model: 'lenet', dtype, compareOn })).agreement!;
    expect(await run('float32')).to.deep.equal({ images: 2, difference: 0, relative: 0, top1: 1, top5: 1 });
    const { images, difference, relative, top1 } = await run('uint8');
    expect([images, top1]).to.deep.equal([2, 1]);
    expect(difference).to.be.within(1e-6, 0.1);
    expect(relative).to.be.within(1e-6, 0.05);
  });

  it('does not compare a folder with what replaces it', async () => {
    await convertWeights(lenet, at('web'), { model: 'lenet' });
    const error = await rejection(
      convertWeights(at('web/'), at('web'), { force: true, dtype: 'uint8', compareOn: ['cat.jpg'] }),
    );
    expect(error).to.be.instanceOf(ZooError);
    expect(error.message).to.equal(
      `convertWeights: expected another target than the source, to compare both, got ${realpathSync(at('web'))}. Convert it into another place.`,
    );
    expect((await readCheckpoint(at('web'))).stateDict).to.deep.equal(lenet);
    await convertWeights(at('web/'), at('web'), { force: true, dtype: 'float16' });
    expect((await readCheckpoint(at('web'))).stateDict.get('fc1.weight')!.dtype).to.equal('float16');
  });

  it('counts how far two rankings agree', () => {
    const ranking = (...logits: number[]) =>
      logits.map((logit, classIndex) => ({ classIndex, logit })).sort((a, b) => b.logit - a.logit);
    const first = [ranking(9, -10, 7, 6, 5, 4), ranking(9, 8, 7, 6, 5, 4)];
    const second = [ranking(9, -10, 7, 6, 5, 4), ranking(8, 9.5, 7, 6, 4, 4.5)];
    expect(agreementOf(first, second)).to.deep.equal({
      images: 2,
      difference: 1.5,
      relative: 0.15,
      top1: 0.5,
      top5: 0.9,
    });
    expect(agreementOf([ranking(0, 0)], [ranking(0, 0)])).to.deep.include({ relative: 0, top1: 1, top5: 1 });
  });

  for (const [target, name] of [
    ['a web folder', 'web'],
    ['a file', 'a.pth'],
  ] as const) {
    it(`replaces ${target} only by force, and leaves it when it fails`, async () => {
      await convertWeights(lenet, at(name));
      const error = await rejection(convertWeights(lenet, at(name)));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.equal(
        `convertWeights: expected nothing yet at ${at(name)}, got a ${name === 'web' ? 'folder' : 'file'}. ` +
          'Choose another place, or replace it with force (--force).',
      );
      const controller = new AbortController();
      const reason = new Error('enough');
      const stopped = await rejection(
        convertWeights(new Map([...lenet].slice(0, 4)), at(name), {
          force: true,
          signal: controller.signal,
          onProgress: () => controller.abort(reason),
        }),
      );
      expect(stopped).to.equal(reason);
      expect(readdirSync(folder)).to.deep.equal([name]);
      expect((await readCheckpoint(at(name))).stateDict.size).to.equal(10);
      await convertWeights(new Map([...lenet].slice(0, 4)), at(name), { force: true });
      expect((await readCheckpoint(at(name))).stateDict.size).to.equal(4);
      expect(readdirSync(folder)).to.deep.equal([name]);
    });

    it(`leaves nothing of ${target} when it is aborted`, async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const onProgress = () => controller.abort(reason);
      const { signal } = controller;
      expect(await rejection(convertWeights(lenet, at(name), { signal, onProgress }))).to.equal(reason);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  it('tells how far it has come', async () => {
    await convertWeights(lenet, at('a.pth'));
    for (const [target, last] of [
      ['web', 4 * 61_451],
      ['b.pth', statSync(at('a.pth')).size],
    ] as const) {
      const heard: [stage: string, loaded: number, total: number][] = [];
      await convertWeights(at('a.pth'), at(target), {
        onProgress: ({ stage, loaded, total }) => heard.push([stage, loaded, total]),
      });
      expect(heard.at(-1)).to.deep.equal(['writing', last, last]);
    }
  });

  const wrong: readonly [
    what: string,
    options: models.ConvertOptions,
    target: string,
    kind: unknown,
    message: string,
  ][] = [
    [
      'uint8 in a file',
      { dtype: 'uint8' },
      'a.pth',
      ZooError,
      "convertWeights: expected a dtype among float32, float16 for a.pth, got 'uint8'. Name a folder, for only a web folder has the scales.",
    ],
    [
      'labels in a file',
      { categories: ['cat', 'dog'] },
      'a.pth',
      ZooError,
      'convertWeights: expected no categories for a.pth, a file with no place for them, got 2. Leave them out, or name a folder.',
    ],
    [
      'another dtype',
      { dtype: 'int4' as 'uint8' },
      'web',
      ZooError,
      "convertWeights: expected a dtype among float32, float16, uint8 for web, got 'int4'. Choose one of them.",
    ],
    [
      'weights of another architecture',
      { model: 'alexnet' },
      'web',
      StateDictError,
      "convertWeights to alexnet: expected a state dict with this model's names and shapes, got 16 missing: features.0.weight",
    ],
    [
      'too few labels',
      { model: 'lenet', categories: ['a', 'b'] },
      'web',
      ZooError,
      'convertWeights: expected 7 categories, one a class, got 2. Give them in the order of the classes.',
    ],
    [
      'no images to compare on',
      { model: 'lenet', compareOn: [] },
      'web',
      ZooError,
      'convertWeights: expected at least one image to compare on, got an empty array. Pass images, or leave compareOn out.',
    ],
    [
      'images to compare on, and no model',
      { compareOn: ['cat.jpg'] },
      'web',
      ZooError,
      'convertWeights: expected a model to compare images with, got none. Name the architecture.',
    ],
  ];
  for (const [what, options, target, kind, message] of wrong) {
    it(`refuses ${what}, and writes nothing`, async () => {
      mkdirSync(at('empty'));
      const home = process.cwd();
      process.chdir(at('empty'));
      const error = await rejection(convertWeights(lenet, target, options));
      process.chdir(home);
      expect(error).to.be.instanceOf(kind);
      expect(error.message.startsWith(message), error.message).to.equal(true);
      expect(readdirSync(at('empty'))).to.deep.equal([]);
    });
  }
});
