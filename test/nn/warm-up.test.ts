import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

describe('warming a module up', () => {
  forEachBackend(() => {
    it('completes lazy layers, tells its stages, and changes nothing else', async () => {
      const model = new nn.Sequential(new nn.LazyConv2d(3, 3), new nn.BatchNorm2d(3), new nn.Dropout());
      model.at(-1)!.eval();
      nn.manualSeed(3);
      const told: nn.WarmUpProgress[] = [];
      await model.warmup([2, 5, 4, 1], { onProgress: (progress) => told.push(progress) });
      expect(told).to.deep.equal([
        { stage: 'compiling', done: 0, total: 2 },
        { stage: 'computing', done: 1, total: 2 },
        { stage: 'ready', done: 2, total: 2 },
      ]);
      expect(String(model[0])).to.match(/^Conv2d\(1, 3,/);
      expect([...model.modules()].map(({ training }) => training)).to.deep.equal([true, true, true, false]);
      const state = await model.stateDict();
      expect(Array.from(state.get('1.running_mean')!.data as Float32Array)).to.deep.equal([0, 0, 0]);
      expect(Number(state.get('1.num_batches_tracked')!.data[0])).to.equal(0);
      model.dispose();
    });

    it('frees outputs of any kind', async () => {
      class Pair extends nn.Module<[tf.Tensor], { sums: tf.Tensor[] }> {
        readonly typeName = 'Pair';
        forward(x: tf.Tensor): { sums: tf.Tensor[] } {
          return { sums: [tf.sum(x, 0), tf.sum(x, 1)] };
        }
      }
      await new Pair().warmup([2, 3]);
    });

    it('stops when it is told to, and says what does not fit', async () => {
      const model = new nn.Linear(3, 2);
      const reason = new Error('enough');
      const stopped = await model.warmup([1, 3], { signal: AbortSignal.abort(reason) }).catch((error) => error);
      expect(stopped).to.equal(reason);
      const misfit = await model.warmup([1, 4]).catch((error) => error);
      expect(misfit).to.be.instanceOf(nn.ShapeError);
      expect(tf.env().getBool('ENGINE_COMPILE_ONLY')).to.equal(false);
      model.dispose();
    });
  });
});
