import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import { manualSeed } from 'tfjs-zoo';
import { PCALighting, principalColors } from 'tfjs-zoo/transforms';
import { noiseImage, readJson } from './support.js';

const { principal } = readJson('augment.json');

describe('PCALighting', () => {
  it('adds one colour to all pixels, another each time', () => {
    const image = { width: 2, height: 1, data: new Uint8Array(6).fill(128) };
    manualSeed(1);
    const lighting = new PCALighting({ alphaStd: 1 });
    const first = lighting.apply(image);
    const second = lighting.apply(image);
    expect(first.data.subarray(0, 3)).to.deep.equal(first.data.subarray(3));
    expect(first.data).not.to.deep.equal(second.data);
    manualSeed(1);
    expect(new PCALighting({ alphaStd: 1 }).apply(image)).to.deep.equal(first);
    expect(new PCALighting({ alphaStd: 0 }).apply(image)).to.deep.equal(image);
  });

  it('draws from a normal distribution of the standard deviation that it was given', () => {
    manualSeed(2);
    const draws = Array.from({ length: 3000 }, () => PCALighting.getParams(0.1)).flat();
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(mean).to.be.closeTo(0, 0.005);
    expect(Math.sqrt(variance)).to.be.closeTo(0.1, 0.003);
  });

  it('shifts tensors without clamping them, and keeps none', async () => {
    await tf.setBackend('cpu');
    const x = tf.zeros([2, 1, 1, 3]);
    const before = tf.memory().numTensors;
    const out = new PCALighting({
      eigenvalues: [4, 0, 0],
      eigenvectors: [
        [1, 0, 0],
        [-1, 0, 0],
        [0, 1, 0],
      ],
    }).apply(x);
    expect(tf.memory().numTensors).to.equal(before + 1);
    const [red, green, blue, ...second] = await out.data();
    expect(red).not.to.equal(0);
    expect([green, blue, ...second]).to.deep.equal([-red!, 0, red, -red!, 0]);
    tf.dispose([x, out]);
  });

  it("takes the principal colours of one's own images, which are numpy's", () => {
    const image = { width: 10, height: 20, data: Uint8Array.from(principal.data) };
    const halves = [0, 1].map((half) => ({
      width: 10,
      height: 10,
      data: image.data.slice(300 * half, 300 * (half + 1)),
    }));
    for (const colors of [principalColors([image]), principalColors(halves)]) {
      colors.eigenvalues.forEach((value, i) => {
        expect(value).to.be.closeTo(principal.eigenvalues[i], 1e-12);
      });
      const sign = [0, 1, 2].map((i) => Math.sign(colors.eigenvectors[0][i]! * principal.eigenvectors[0][i]));
      colors.eigenvectors.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value * sign[j]!).to.be.closeTo(principal.eigenvectors[i][j], 1e-9);
        });
      });
      const lighting = new PCALighting(colors);
      expect(lighting.eigenvalues).to.equal(colors.eigenvalues);
      expect(lighting.eigenvectors).to.equal(colors.eigenvectors);
    }
    const flat = principalColors([{ width: 1, height: 1, data: Uint8Array.of(9, 8, 7) }]);
    expect(flat.eigenvalues).to.deep.equal([0, 0, 0]);
  });

  it('prints its numbers', () => {
    expect(String(new PCALighting())).to.equal('PCALighting(alpha_std=0.1, eigenvalues=[0.2175, 0.0188, 0.0045])');
  });

  it('says what is wrong', () => {
    expect(() => new PCALighting({ alphaStd: -1, eigenvalues: [1, 2] as never, eigenvectors: [] as never })).to.throw(
      'PCALighting: expected alphaStd to be at least 0, got -1, and eigenvalues to be three numbers, got [1,2], ' +
        'and eigenvectors to be three rows of three numbers, got []. Leave them out',
    );
    expect(() => new PCALighting().apply(noiseImage(2, 3, 1, 1))).to.throw(
      'adjustLighting: expected an image of 3 channels, got 1 in one of 3×2.',
    );
    expect(() => new PCALighting().apply(tf.zeros([2, 2]))).to.throw('PCALighting: expected a tensor [H, W, C]');
    expect(() => principalColors([])).to.throw('principalColors: expected at least one image, got none.');
    expect(() => principalColors([noiseImage(2, 3, 1, 1)])).to.throw(
      'expected images of 3 channels, got 1 in one of 3×2',
    );
    expect(() => principalColors([{} as never])).to.throw('principalColors: expected an image');
  });
});
