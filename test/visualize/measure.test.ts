import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { Shared } from './odd-models.js';

/** Longer than the layer beside it. */
class Slow extends nn.Module {
  readonly typeName = 'Slow';

  forward(x: tf.Tensor): tf.Tensor {
    for (const begin = performance.now(); performance.now() < begin + 10; );
    return tf.neg(x);
  }
}

forEachBackend((backend) => {
  describe('visualize.measureSummary', () => {
    it('is a summary with milliseconds of each call and of a whole pass, on the backend of the moment', async () => {
      using model = new Shared();
      const measured = await visualize.measureSummary(model, [1, 32, 32, 3], { order: 'pytorch', runs: 2 });
      const { rows, milliseconds, ...rest } = measured;
      const { rows: plain, ...totals } = visualize.summary(model, [1, 32, 32, 3], { order: 'pytorch' });
      expect(rest).to.deep.equal({ ...totals, backend });
      expect(rows.map(({ milliseconds: _, ...row }) => row)).to.deep.equal(plain);
      expect(milliseconds).to.be.greaterThan(0);
      for (const row of rows) expect(row.milliseconds, row.name).to.be.within(0, 1000);
      const table = visualize.summaryTable(measured);
      expect(table).to.match(/^Layer .* ms$/m);
      expect(table).to.match(/^stem +Conv2d +\[1, 8, 16, 16\] +216 +no +55,296 +8,192 +\d+\.\d{3}$/m);
      expect(table).to.match(new RegExp(`^\\d+\\.\\d{3} ms for a whole pass on ${backend}$`, 'm'));
    });

    it('tells which layer takes long, one that was not called from others, and how far it is', async () => {
      class Net extends nn.Module {
        readonly typeName = 'Net';
        readonly quick = new nn.ReLU();
        readonly slow = new Slow();
        readonly unused = new nn.ReLU();

        forward(x: tf.Tensor): tf.Tensor {
          return tf.tidy(() => this.slow.forward(this.quick.forward(x)));
        }
      }
      const done: string[] = [];
      const onProgress = (progress: { done: number; total: number }) => done.push(`${progress.done}/${progress.total}`);
      const { rows, milliseconds } = await visualize.measureSummary(new Net(), [1, 4], { runs: 3, onProgress });
      const [quick, slow, unused] = rows.map((row) => row.milliseconds);
      expect(quick).to.be.within(0, 8);
      expect(slow).to.be.within(9, 40);
      expect(unused).to.equal(null);
      expect(milliseconds).to.be.within(9, 40);
      expect(done).to.deep.equal(['0/3', '1/3', '3/3']);
      const table = visualize.summaryTable(await visualize.measureSummary(new Net(), [1, 4], { runs: 1 }));
      expect(table).to.match(/^unused +ReLU +- .*-$/m);
    });

    it('leaves modes, statistics and memory as they were', async () => {
      using model = new nn.Sequential(new nn.Conv2d(1, 2, 1), new nn.BatchNorm2d(2), new nn.Dropout());
      model.at(2).eval();
      tf.tidy(() => void model.forward(tf.zeros([1, 2, 2, 1]))); // fills the parameters
      const before = tf.memory().numTensors;
      await visualize.measureSummary(model, [2, 2, 2, 1], { runs: 1 });
      expect([...model.modules()].map(({ training }) => training)).to.deep.equal([true, true, true, false]);
      expect((model.at(1) as nn.BatchNorm2d).num_batches_tracked?.value).to.equal(1n);
      expect(tf.memory().numTensors).to.equal(before);
    });

    it('stops when it is told to, and refuses what it cannot do', async () => {
      const model = new nn.Sequential(new nn.ReLU(), new nn.ReLU());
      const abort = new AbortController();
      const options = { signal: abort.signal, onProgress: () => abort.abort() };
      const caught = async (promise: Promise<unknown>) => String(await promise.catch((error) => error));
      expect(await caught(visualize.measureSummary(model, [1, 4], options))).to.include('AbortError');
      expect(await caught(visualize.measureSummary(model, [1, 4], options))).to.include('AbortError');
      expect(await caught(visualize.measureSummary(model, [1, 4], { runs: 0 }))).to.equal(
        'ZooError: visualize.measureSummary: expected runs to be a positive integer, got 0. Leave it out for 5.',
      );
      using conv = new nn.Conv2d(1, 2, 1);
      expect(await caught(visualize.measureSummary(conv, [1, 3, 3, 5]))).to.include('expected 1 input channels');
    });
  });
});
