import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn, transforms, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';

const { featureMaps, filters, makeGrid, savePNG, toImage, toPNG } = visualize;

/** The red of pixels, row by row. */
function reds({ width, height, data }: transforms.RGBImage): number[][] {
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[3 * (y * width + x)]!));
}

const pixels = ({ data }: transforms.RGBImage) => [...data];
const plain = { padding: 0, scale: 1, colormap: 'gray' } as const;

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

forEachBackend(() => {
  describe('visualize.featureMaps', () => {
    it('shows a map to a channel, each over its own range or all over one', async () => {
      const activation = tf.tensor4d([0, 10, 1, 20, 2, 30, 4, 50], [1, 2, 2, 2]);
      const own = await featureMaps(activation, plain);
      expect(reds(own)).to.deep.equal([
        [0, 64, 0, 64],
        [128, 255, 128, 255],
      ]);
      const all = await featureMaps(activation, { ...plain, normalize: 'all', columns: 1 });
      expect(reds(all)).to.deep.equal([
        [0, 5],
        [10, 20],
        [51, 102],
        [153, 255],
      ]);
      const second = await featureMaps(activation, { ...plain, normalize: [0.02, 0], channels: [1] });
      expect(reds(second)).to.deep.equal([
        [51, 102],
        [153, 255],
      ]);
      activation.dispose();
    });

    it('takes one of a batch, and an activation without a batch axis', async () => {
      const batch = tf.tensor4d([0, 1, 1, 0], [2, 1, 2, 1]);
      expect(reds(await featureMaps(batch, { ...plain, index: 1 }))).to.deep.equal([[255, 0]]);
      expect(await failure(featureMaps(batch))).to.equal(
        'visualize.featureMaps: expected index from 0 to 1, for a batch of 2, got shape [2, 1, 2, 1] and no index. Say which image to show: { index: 0 }.',
      );
      expect(await failure(featureMaps(batch, { index: 2 }))).to.include('for a batch of 2, got 2.');
      const one = tf.tensor3d([0, 1], [1, 2, 1]);
      expect(reds(await featureMaps(one, plain))).to.deep.equal([[0, 255]]);
      tf.dispose([batch, one]);
    });

    it('has 32 channels in rows of 8, enlarged to be seen', async () => {
      const activation = tf.zeros([5, 4, 40]);
      const { width, height } = await featureMaps(activation);
      expect([width, height]).to.deep.equal([8 * (4 * 8 + 2) + 2, 4 * (5 * 8 + 2) + 2]);
      const all = await featureMaps(activation, { ...plain, channels: Number.POSITIVE_INFINITY });
      expect([all.width, all.height]).to.deep.equal([32, 25]);
      activation.dispose();
    });

    it('shows NaN in a colour of its own, and the rest as ever', async () => {
      const activation = tf.tensor3d([Number.NaN, 1, 3], [1, 3, 1]);
      expect(pixels(await featureMaps(activation, plain))).to.deep.equal([255, 0, 255, 0, 0, 0, 255, 255, 255]);
      activation.dispose();
    });

    it('says what is wrong', async () => {
      const logits = tf.zeros([1, 10]);
      const activation = tf.zeros([1, 2, 2, 3]);
      const options = (wrong: object) => failure(featureMaps(activation, wrong));
      expect(await failure(featureMaps(logits))).to.equal(
        'visualize.featureMaps: expected an activation [H, W, C] or [1, H, W, C], got shape [1, 10]. ' +
          'Choose a layer whose output has height and width, before the model flattens.',
      );
      expect(await failure(featureMaps([] as never))).to.include('expected an activation, got an array.');
      expect(await options({ colormap: 'jet' })).to.equal(
        'visualize.featureMaps: expected a colormap among gray, viridis, inferno, diverging, got "jet". Choose one of these.',
      );
      expect(await options({ channels: [0, 3] })).to.include('expected channels from 0 to 2, got 3.');
      expect(await options({ channels: 0 })).to.include('expected channels to be an integer of at least 1, got 0.');
      expect(await options({ columns: 1.5 })).to.include('expected columns to be an integer of at least 1, got 1.5.');
      expect(await options({ normalize: 'some' })).to.include(
        `expected normalize to be 'each', 'all' or [gain, offset], got "some".`,
      );
      tf.dispose([logits, activation]);
      expect(await failure(featureMaps(activation))).to.equal(
        'visualize.featureMaps: expected an activation with values, got a tensor of shape [1, 2, 2, 3] that is disposed already. ' +
          'Dispose it afterwards, or tf.keep it if it was made in a tf.tidy.',
      );
    });
  });

  describe('visualize.filters', () => {
    it('shows filters of three inputs in colours, as lectures do: weight · 0.5 + 0.5', async () => {
      using conv = new nn.Conv2d(3, 2, [1, 2]);
      // OIHW: filter 0 is red, then dark; filter 1 is blue, then black.
      const weights = [1, -1, 0, -1, 0, -1, 0, -1, 0, -1, 1, -1];
      conv.weight.load({ dtype: 'float32', shape: [2, 3, 1, 2], data: Float32Array.from(weights) });
      const image = await filters(conv, { padding: 0, scale: 1, normalize: [0.5, 0.5] });
      expect(pixels(image)).to.deep.equal([255, 128, 128, 0, 0, 0, 128, 128, 255, 0, 0, 0]);
    });

    it('shows of others the input channel with the largest weights, or the one that is asked for', async () => {
      // [height, width, inputs, outputs]
      const weight = tf.tensor4d([1, -4, 2, 2], [1, 2, 2, 1]);
      expect(reds(await filters(weight, plain))).to.deep.equal([[0, 191]]);
      expect(reds(await filters(weight, { ...plain, inputChannel: 0 }))).to.deep.equal([[191, 255]]);
      expect(await failure(filters(weight, { inputChannel: 2 }))).to.include(
        'expected inputChannel from 0 to 1, got 2.',
      );
      weight.dispose();
    });

    it('shows filters of 1 × 1 as one matrix', async () => {
      using conv = new nn.Conv2d(4, 3, 1);
      const { width, height } = await filters(conv, { padding: 0, scale: 1, channels: 2 });
      expect([width, height]).to.deep.equal([4, 2]);
    });

    it('says what is wrong', async () => {
      using lazy = new nn.LazyConv2d(2, 3);
      const bias = tf.zeros([3]);
      expect(await failure(filters(bias))).to.equal(
        'visualize.filters: expected weights [height, width, inChannels, outChannels], got shape [3]. Pass a convolution, or its weight.value.',
      );
      expect(await failure(filters(new nn.ReLU()))).to.include('expected a Conv2d or its weights, got ReLU.');
      expect(await failure(filters(undefined))).to.include('expected a Conv2d or its weights, got undefined.');
      expect(await failure(filters(lazy))).to.include('expected');
      const gone = tf.zeros([1, 1, 1, 1]);
      tf.dispose([bias, gone]);
      expect(await failure(filters(gone))).to.include(
        'expected weights with values, got a tensor of shape [1, 1, 1, 1]',
      );
    });
  });

  describe('visualize.toImage', () => {
    it('shows a tensor over its own range', async () => {
      const color = tf.tensor4d([-2, 0, 2], [1, 1, 1, 3]);
      expect(pixels(await toImage(color))).to.deep.equal([0, 128, 255]);
      const same = tf.fill([1, 1, 1], 7);
      expect(pixels(await toImage(same))).to.deep.equal([0, 0, 0]);
      const two = tf.zeros([2, 1, 1, 3]);
      expect(await failure(toImage(two))).to.include(
        'expected one image [H, W, 3] or [H, W, 1], got shape [2, 1, 1, 3].',
      );
      tf.dispose([color, same, two]);
    });
  });
});

describe('visualize.makeGrid', () => {
  const tile = (value: number) => ({ width: 1, height: 1, data: new Uint8Array(3).fill(value) });

  it('lays pictures side by side, with space around them', () => {
    const grid = makeGrid([tile(1), tile(2), tile(3)], { columns: 2, padding: 1, scale: 1, background: [9, 9, 9] });
    expect(reds(grid)).to.deep.equal([
      [9, 9, 9, 9, 9],
      [9, 1, 9, 2, 9],
      [9, 9, 9, 9, 9],
      [9, 3, 9, 9, 9],
      [9, 9, 9, 9, 9],
    ]);
  });

  it('says what is wrong', () => {
    expect(() => makeGrid([])).to.throw('visualize.makeGrid: expected at least one picture, got none.');
    const wide = { width: 2, height: 1, data: new Uint8Array(6) };
    expect(() => makeGrid([tile(1), wide])).to.throw('expected pictures of one size, 1×1, got one of 2×1.');
    expect(() => makeGrid([tile(1)], { padding: -1 })).to.throw(
      'expected padding to be an integer of at least 0, got -1.',
    );
  });
});

describe('pictures as PNG files', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(255, 0, 1, 2, 3, 4) };
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-pictures-'));
  after(() => rmSync(folder, { recursive: true }));

  it('are what was drawn', async () => {
    expect(await transforms.loadImage(await toPNG(image))).to.deep.equal(image);
    await savePNG(image, join(folder, 'a.png'));
    expect(await transforms.loadImage(join(folder, 'a.png'))).to.deep.equal(image);
    const figure = visualize.curvesFigure([{ epoch: 1, train: { loss: 1 } }]);
    await savePNG(figure, join(folder, 'b.png'));
    expect(readFileSync(join(folder, 'b.png')).equals(await toPNG(figure))).to.equal(true);
    expect(readdirSync(folder), 'nothing half written').to.deep.equal(['a.png', 'b.png']);
  });

  it('leave what was there if they cannot be written', async () => {
    expect(await failure(savePNG(image, join(folder, 'no-such', 'a.png')))).to.include('ENOENT');
    expect(await failure(savePNG({ ...image, width: 3 }, join(folder, 'a.png')))).to.include('expected 9 bytes');
    expect(existsSync(join(folder, 'no-such'))).to.equal(false);
    expect(await transforms.loadImage(join(folder, 'a.png'))).to.deep.equal(image);
  });

  it('are canvases in a page only', () => {
    expect(() => visualize.toCanvas(image)).to.throw('visualize.toCanvas: expected a page, got no document.');
  });
});
