import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import { manualSeed, nn } from 'tfjs-zoo';
import { ColorJitter, RandomCrop, RandomErasing, RandomResizedCrop } from 'tfjs-zoo/transforms';
import { noiseImage, readJson } from './support.js';

const { drawn } = readJson('augment.json');

/** Mean and standard deviation of each column. */
function statistics(rows: readonly number[][]): { mean: number[]; std: number[] } {
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
  const mean = columns.map(average);
  const std = columns.map((column, i) => Math.sqrt(average(column.map((value) => (value - mean[i]!) ** 2))));
  return { mean, std };
}

describe('what random transforms draw', () => {
  before(() => tf.setBackend('cpu'));

  for (const { name, args, size, mean, std } of drawn) {
    it(`has torchvision's means and deviations: ${name} ${JSON.stringify(args)} of ${size.join('×')}`, () => {
      const [width, height] = size;
      const image = { width, height, data: new Uint8Array(width * height * 3) };
      const tensor = tf.zeros([height, width, 3]);
      const random = new nn.Random(3);
      const rows = Array.from({ length: 20_000 }, () => {
        const params = {
          RandomCrop: () => RandomCrop.getParams(image, args[0], random),
          RandomResizedCrop: () => RandomResizedCrop.getParams(image, args[0], args[1], random),
          RandomErasing: () => {
            const [i, j, h, w, v] = RandomErasing.getParams(tensor, args[0], args[1], args[2], random);
            v.dispose();
            return [i, j, h, w];
          },
        }[name as string]!();
        expect(params[0]).to.be.within(0, height - params[2]!);
        expect(params[1]).to.be.within(0, width - params[3]!);
        return params;
      });
      const ours = statistics(rows);
      for (let i = 0; i < 4; i++) {
        // Five standard errors of the difference of two means over 20,000.
        expect(ours.mean[i], `mean ${i}`).to.be.closeTo(mean[i], 0.05 * std[i] + 1e-3);
        expect(ours.std[i], `standard deviation ${i}`).to.be.closeTo(std[i], 0.05 * std[i] + 1e-3);
      }
      tensor.dispose();
    });
  }

  it('is within the bounds, for ColorJitter uniform, in any order', () => {
    const random = new nn.Random(4);
    const rows = Array.from({ length: 6000 }, () =>
      ColorJitter.getParams([0.6, 1.4], [0, 3], null, [-0.5, 0.1], random),
    );
    expect(new Set(rows.map((row) => row[3]))).to.deep.equal(new Set([null]));
    const { mean, std } = statistics(rows.map(([, b, c, , h]) => [b!, c!, h!]));
    [[0.6, 1.4] as const, [0, 3] as const, [-0.5, 0.1] as const].forEach(([min, max], i) => {
      expect(mean[i]).to.be.closeTo((min + max) / 2, 0.05 * (max - min));
      expect(std[i]).to.be.closeTo((max - min) / Math.sqrt(12), 0.05 * (max - min));
      for (const row of rows) expect(row[[1, 2, 4][i]!]).to.be.within(min, max);
    });
    const counts = new Map<string, number>();
    for (const [order] of rows) counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1);
    expect(counts.size).to.equal(24);
    // 250 of each are expected, with a standard deviation of 15.5.
    for (const count of counts.values()) expect(count).to.be.within(180, 330);
  });

  it('is normal noise for RandomErasing without a value, and one value otherwise', async () => {
    const x = tf.zeros([50, 40, 3]);
    const [, , h, w, v] = RandomErasing.getParams(x, [0.3, 0.3], [1, 1], null, new nn.Random(5));
    expect(v.shape).to.deep.equal([h, w, 3]);
    const values = [...(await v.data())];
    const { mean, std } = statistics(values.map((value) => [value]));
    expect(mean[0]).to.be.closeTo(0, 0.1);
    expect(std[0]).to.be.closeTo(1, 0.1);
    const constant = RandomErasing.getParams(x, [0.3, 0.3], [1, 1], [1, 2, 3], new nn.Random(5))[4];
    expect(constant.shape).to.deep.equal([1, 1, 3]);
    // What never fits is replaced by itself.
    const whole = RandomErasing.getParams(x, [1, 1], [1, 1]);
    expect(whole.slice(0, 4)).to.deep.equal([0, 0, 50, 40]);
    expect(whole[4].shape).to.deep.equal([50, 40, 3]);
    tf.dispose([x, v, constant, whole[4]]);
  });

  it('follows manualSeed where no stream is given', () => {
    const image = noiseImage(30, 20, 3, 1);
    const draw = () => [
      RandomCrop.getParams(image, [5, 6]),
      RandomResizedCrop.getParams(image, [0.1, 1], [0.5, 2]),
      ColorJitter.getParams([0, 1], [0, 1], [0, 1], [0, 0.5]),
    ];
    manualSeed(7);
    const first = draw();
    expect(draw()).not.to.deep.equal(first);
    manualSeed(7);
    expect(draw()).to.deep.equal(first);
  });

  it('leaves at least a row where a ratio beyond the image would leave none', () => {
    const image = { width: 1, height: 9, data: new Uint8Array(27) };
    expect(RandomResizedCrop.getParams(image, [5, 6], [4, 5])).to.deep.equal([4, 0, 1, 1]);
  });
});
