import { expect } from 'chai';
import type { visualize } from 'tfjs-zoo';
import { needsSoftwareGpu } from '../../support/tools.js';
import { resultOf } from './support.js';

describe('visualize.measureSummary on webgpu (skipped without webgpu and a GPU in software)', function () {
  this.timeout(60_000);
  before(needsSoftwareGpu);

  it('measures layers, and leaves nothing behind', async () => {
    const script = `
      const { visualize } = await import('tfjs-zoo');
      await backends.use('webgpu');
      const model = new nn.Sequential(new nn.Conv2d(2, 3, 3), new nn.ReLU(), new nn.Flatten());
      await visualize.measureSummary(model, [1, 4, 5, 2], { runs: 1 });
      const before = tf.memory().numTensors;
      const summary = await visualize.measureSummary(model, [1, 4, 5, 2], { runs: 3 });
      const text = visualize.torchsummary(model, [1, 4, 5, 2]);
      result = { summary, text, left: tf.memory().numTensors - before };`;
    type Result = { summary: visualize.ModelSummary; text: string; left: number };
    const { summary, text, left } = (await resultOf(script)) as Result;
    expect(summary.backend).to.equal('webgpu');
    expect(summary.milliseconds).to.be.greaterThan(0);
    expect(summary.rows.map(({ outputShape }) => outputShape)).to.deep.equal([
      [1, 2, 3, 3],
      [1, 2, 3, 3],
      [1, 18],
    ]);
    for (const { milliseconds, name } of summary.rows) expect(milliseconds, name).to.be.within(0, 5000);
    expect(text).to.include('            Conv2d-1              [-1, 3, 2, 3]              57\n');
    expect(left).to.equal(0);
  });
});
