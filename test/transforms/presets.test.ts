import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import { CenterCrop, ImageClassification, loadImage, Resize, type RGBImage } from 'tfjs-zoo/transforms';
import { noiseImage, photographs, readJson, sha256 } from './support.js';

const { presets } = readJson('transforms.json');

describe('ImageClassification', () => {
  before(() => tf.setBackend('cpu'));

  for (const { file, mode, resizeSize, cropSize, sha256: expected, every997th, sum } of presets) {
    it(`equals torchvision's on ${file}: ${mode}, ${resizeSize}, ${cropSize}`, async () => {
      const image = await loadImage(new URL(file, photographs));
      const resized = new Resize(resizeSize, { interpolation: mode }).apply(image);
      expect(sha256(new CenterCrop(cropSize).apply(resized).data)).to.equal(expected);

      const before = tf.memory().numTensors;
      const x = new ImageClassification({ cropSize, resizeSize, interpolation: mode }).apply(image);
      expect(tf.memory().numTensors).to.equal(before + 1);
      expect(x.shape).to.deep.equal([cropSize, cropSize, 3]);
      const values = (await x.data()) as Float32Array;
      x.dispose();
      every997th.forEach((value: number, i: number) => {
        expect(values[i * 997]).to.be.closeTo(value, 1e-6);
      });
      expect(values.reduce((total, value) => total + value, 0)).to.be.closeTo(sum, 0.05);
    });
  }

  it('gives the pixels that it makes a tensor of', () => {
    const preset = new ImageClassification({ cropSize: 4, resizeSize: 6, mean: [0, 0, 0], std: [1, 1, 1] });
    const image = noiseImage(9, 8, 3, 1) as RGBImage;
    const seen = preset.crop(image);
    expect([seen.width, seen.height]).to.deep.equal([4, 4]);
    const x = preset.apply(image);
    expect([...x.dataSync()].map((value) => Math.round(255 * value))).to.deep.equal([...seen.data]);
    x.dispose();
  });

  it('takes tensors of values 0 to 1 without scaling them again', async () => {
    const preset = new ImageClassification({ cropSize: 4, resizeSize: 6, mean: [0.5, 0.5, 0.5], std: [2, 2, 2] });
    const out = preset.apply(tf.ones([2, 8, 9, 3]));
    expect(out.shape).to.deep.equal([2, 4, 4, 3]);
    for (const value of await out.data()) expect(value).to.be.closeTo(0.25, 1e-6);
  });

  it('says that a gray image has too few channels', () => {
    const before = tf.memory().numTensors;
    expect(() => new ImageClassification({ cropSize: 4 }).apply(noiseImage(8, 8, 1, 1))).to.throw(
      'Normalize: expected 3 channels (last axis), as mean has 3 numbers, got shape [4, 4, 1].',
    );
    expect(tf.memory().numTensors).to.equal(before);
    expect(() => new ImageClassification({} as never)).to.throw('CenterCrop: expected size to be a positive integer');
  });

  it("prints torchvision's repr", () => {
    expect(String(new ImageClassification({ cropSize: 224, interpolation: 'bicubic' }))).to.equal(
      [
        'ImageClassification(',
        '    crop_size=[224]',
        '    resize_size=[256]',
        '    mean=[0.485, 0.456, 0.406]',
        '    std=[0.229, 0.224, 0.225]',
        '    interpolation=InterpolationMode.BICUBIC',
        ')',
      ].join('\n'),
    );
  });
});
