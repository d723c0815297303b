import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import {
  CenterCrop,
  Compose,
  FiveCrop,
  Grayscale,
  Lambda,
  Normalize,
  type PixelImage,
  Resize,
  TenCrop,
  ToTensor,
  type Transform,
} from 'tfjs-zoo/transforms';
import { noise, noiseImage, readJson, sha256 } from './support.js';

const { crops, gray, tensors, tensorGray, normalized } = readJson('transforms.json');

function expectClose(actual: ArrayLike<number>, expected: number[], tolerance: number, what?: string): void {
  expect(actual.length, what).to.equal(expected.length);
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(actual[i]! - value)), 0);
  expect(worst, what).to.be.at.most(tolerance);
}

/** Values of what `make` returns; fails where `make` leaves other tensors behind. */
async function valuesOf(make: () => tf.Tensor): Promise<Float32Array> {
  const before = tf.memory().numTensors;
  const out = make();
  expect(tf.memory().numTensors, 'tensors beside the result').to.equal(before + 1);
  const values = (await out.data()) as Float32Array;
  out.dispose();
  return values;
}

describe('transforms of tensors', () => {
  before(() => tf.setBackend('cpu'));

  it("Resize equals torchvision's tensors, and so does its gradient", async () => {
    for (const { from, to, mode, antialias, values, gradient } of tensors) {
      const [width, height] = from;
      const what = `${from} → ${to}, ${mode}, antialias ${antialias}`;
      const x = tf.tensor3d(
        Array.from(noise(height, width, 2, 4), (byte) => byte / 255),
        [height, width, 2],
      );
      const resize = new Resize([to[1], to[0]], { interpolation: mode, antialias });
      expectClose(await valuesOf(() => resize.apply(x)), values, 2e-6, what);
      const upstream = tf.tensor3d(
        values.map((_: number, i: number) => i / values.length),
        [to[1], to[0], 2],
      );
      const backward = tf.grad((input: tf.Tensor) => resize.apply(input));
      expectClose(await valuesOf(() => backward(x, upstream)), gradient, 5e-6, `gradient of ${what}`);
      tf.dispose([x, upstream]);
    }
  });

  it('Resize takes a batch, and keeps values outside 0 … 255', async () => {
    const batch = tf.tensor4d([-1000, 1000, 5, 7], [2, 1, 2, 1]);
    expectClose(await valuesOf(() => new Resize([1, 1]).apply(batch)), [0, 6], 1e-5);
    expect(new Resize([2, 3]).apply(batch).shape).to.deep.equal([2, 2, 3, 1]);
    const same = new Resize([1, 2]).apply(batch);
    expect(same).not.to.equal(batch);
    batch.dispose();
    expect([...(await same.data())]).to.deep.equal([-1000, 1000, 5, 7]);
  });

  it('Resize refuses filters that torchvision has for 8-bit images only', () => {
    const x = tf.zeros([2, 2, 3]);
    expect(() => new Resize(3, { interpolation: 'lanczos' }).apply(x)).to.throw(
      "expected interpolation nearest, nearest-exact, bilinear or bicubic for a tensor, got 'lanczos'",
    );
  });

  it('CenterCrop cuts and pads as torchvision does, images and tensors alike', async () => {
    for (const { from, size, sha256: expected } of crops) {
      const image = noiseImage(from[0], from[1], 3, 2);
      const crop = new CenterCrop(size);
      const out = crop.apply(image);
      expect([out.height, out.width]).to.deep.equal(size);
      expect(sha256(out.data), `${from} to ${size}`).to.equal(expected);
      const x = tf.tensor4d(Float32Array.from(image.data), [1, image.height, image.width, 3]);
      expect(Uint8Array.from(await valuesOf(() => crop.apply(x)))).to.deep.equal(out.data);
      expect(crop.apply(tf.squeeze(x, [0])).shape).to.deep.equal([...size, 3]);
    }
  });

  it('ToTensor divides by 255 in float32, channels last', async () => {
    const image = { width: 128, height: 2, data: Uint8Array.from({ length: 256 }, (_, i) => i), channels: 1 } as const;
    const out = new ToTensor().apply(image);
    expect(out.shape).to.deep.equal([2, 128, 1]);
    expect(out.dtype).to.equal('float32');
    expect([...(await out.data())]).to.deep.equal(Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)));
    expect(new ToTensor().apply({ width: 1, height: 2, data: new Uint8Array(6) }).shape).to.deep.equal([2, 1, 3]);
  });

  it("Grayscale is Pillow's luma on bytes and torchvision's on tensors", async () => {
    const image = noiseImage(50, 40, 3, 3);
    const out = new Grayscale().apply(image);
    expect(out.channels).to.equal(1);
    expect(sha256(out.data)).to.equal(gray.sha256);
    const three = new Grayscale({ numOutputChannels: 3 }).apply(image);
    expect([...three.data.subarray(0, 6)]).to.deep.equal([0, 0, 0, 1, 1, 1].map((i) => out.data[i]));
    expect(new Grayscale().apply(out).data).to.deep.equal(out.data);

    const x = tf.tensor3d(
      Array.from(noise(4, 3, 3, 5), (byte) => byte / 255),
      [4, 3, 3],
    );
    expectClose(await valuesOf(() => new Grayscale().apply(x)), tensorGray, 1e-6);
    const repeated = new Grayscale({ numOutputChannels: 3 }).apply(x);
    expect(repeated.shape).to.deep.equal([4, 3, 3]);
    expect(new Grayscale().apply(tf.slice(x, [0, 0, 0], [4, 3, 1])).shape).to.deep.equal([4, 3, 1]);
    expectClose(await valuesOf(() => new Normalize([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]).apply(x)), normalized, 1e-6);
    expectClose(
      await valuesOf(() => new Normalize([0.5], [0.5]).apply(x)),
      Array.from(await x.data(), (value) => (value - 0.5) / 0.5),
      1e-6,
    );
  });

  it('Compose runs in order and keeps no tensor but the last', async () => {
    const compose = new Compose([
      new Resize(6),
      new CenterCrop(4),
      new ToTensor(),
      new Resize(8),
      new Normalize([0.5, 0.5, 0.5], [1, 1, 1]),
    ]);
    await valuesOf(() => compose.apply(noiseImage(9, 12, 3, 1)));
    const x = tf.zeros([2, 2, 3]);
    const identity: Transform<tf.Tensor, tf.Tensor> = { apply: (input) => input };
    expect(new Compose([identity]).apply(x)).to.equal(x);
    expect(x.isDisposed).to.equal(false);
    const image = noiseImage(3, 3, 3, 1);
    expect(new Compose([]).apply(image)).to.equal(image);
    const before = tf.memory().numTensors;
    expect(() => new Compose([new ToTensor(), new ToTensor()] as const).apply(image)).to.throw(
      'got a tensor of shape [3,3,3]',
    );
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('Compose keeps the tensors of an array, and frees those made on the way to it', async () => {
    const x = tf.ones([4, 4, 3]);
    const before = tf.memory().numTensors;
    const crops = new Compose([new Normalize([0.5], [0.5]), new FiveCrop(2)]).apply(x) as tf.Tensor[];
    expect(tf.memory().numTensors).to.equal(before + 5);
    for (const crop of crops) expect([...(await crop.data())]).to.deep.equal(Array(12).fill(1));
    tf.dispose(crops);
    const nested = new Compose([new ToTensor(), new Lambda((y: tf.Tensor) => [[tf.add(y, 1)], [y]])]);
    const [[sum], [same]] = nested.apply(noiseImage(1, 1, 3, 1)) as [[tf.Tensor], [tf.Tensor]];
    expect(tf.memory().numTensors).to.equal(before + 2);
    expect((await sum.data())[0]).to.be.closeTo((await same.data())[0]! + 1, 1e-6);
    tf.dispose([sum, same]);
    const toTensor = new ToTensor();
    const stack = new Compose([
      new TenCrop(3),
      new Lambda((all: PixelImage[]) => tf.stack(all.map((crop) => toTensor.apply(crop)))),
    ]);
    const batch = stack.apply(noiseImage(5, 4, 3, 1));
    expect(batch.shape).to.deep.equal([10, 3, 3, 3]);
    expect(tf.memory().numTensors).to.equal(before + 1);
    tf.dispose([batch, x]);
  });

  it("prints torchvision's reprs", () => {
    const compose = new Compose([
      new Grayscale(),
      new CenterCrop(224),
      new CenterCrop([3, 4]),
      new ToTensor(),
      new Normalize([0.485, 1], [1e-7, 0.225]),
    ]);
    expect(String(compose)).to.equal(
      [
        'Compose(',
        '    Grayscale(num_output_channels=1)',
        '    CenterCrop(size=(224, 224))',
        '    CenterCrop(size=[3, 4])',
        '    ToTensor()',
        '    Normalize(mean=[0.485, 1.0], std=[1e-07, 0.225])',
        ')',
      ].join('\n'),
    );
    expect(String(new Compose([]))).to.equal('Compose(\n)');
  });

  it('says what is wrong', () => {
    const nchw = tf.zeros([1, 3, 8, 8]);
    const normalize = new Normalize([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
    expect(() => normalize.apply(nchw)).to.throw(
      'Normalize: expected 3 channels (last axis), as mean has 3 numbers, got shape [1, 3, 8, 8]. This looks like NCHW: transpose it with [0, 2, 3, 1].',
    );
    expect(() => normalize.apply(tf.zeros([8, 8, 4]))).to.throw(
      'got shape [8, 8, 4]. Give mean and std one number per channel.',
    );
    expect(() => new Normalize([0.5, 0.5], [0.5, 0.5, 0.5])).to.throw(
      'expected mean and std of the same length, got 2 and 3',
    );
    expect(() => new Normalize([0, 0], [1, 0])).to.throw('Normalize: expected std without zeros, got [1, 0]');
    expect(() => new Normalize([Number.NaN], [1])).to.throw(
      'expected mean to be an array of finite numbers, got [NaN]',
    );
    expect(() => new Normalize([0], [])).to.throw('expected std to be an array of finite numbers, got []');
    expect(() => normalize.apply(noiseImage(2, 2, 3, 1) as never)).to.throw(
      'expected a float tensor, got object. Put ToTensor before it.',
    );
    expect(() => new Resize(2).apply(tf.zeros([4, 4]))).to.throw(
      'expected a tensor [H, W, C] or [N, H, W, C], got shape [4, 4]',
    );
    expect(() => new Resize(2).apply(tf.zeros([0, 4, 3]))).to.throw('with at least one pixel, got shape [0, 4, 3]');
    expect(() => new Resize(2).apply(tf.zeros([4, 4, 3], 'int32'))).to.throw(
      'expected a float32 tensor, got int32 of shape [4, 4, 3]. Make it with ToTensor, or tf.cast it and divide by 255.',
    );
    expect(() => new Grayscale().apply(nchw)).to.throw('expected 3 channels or 1 (last axis), got shape [1, 3, 8, 8]');
    expect(() => new Grayscale({ numOutputChannels: 2 as 1 })).to.throw(
      'expected numOutputChannels to be 1 or 3, got 2',
    );
    expect(() => new CenterCrop(-1)).to.throw(
      'CenterCrop: expected size to be a positive integer or [height, width], got -1',
    );
    expect(() => new ToTensor().apply('cat.jpg' as never)).to.throw(
      'ToTensor: expected an image { width, height, data: Uint8Array }, got string',
    );
    expect(() => new Resize(2).apply('cat.jpg' as never)).to.throw(
      'Resize: expected an image { width, height, data: Uint8Array } or a tensor, got string',
    );
    expect(() => new Compose({} as never)).to.throw('Compose: expected an array of transforms, got object');
    expect(() => new Compose([(x: unknown) => x] as never)).to.throw('with a method apply(x), got function at index 0');
  });
});
