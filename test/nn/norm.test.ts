import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, valuesOf } from './support.js';

describe('the norms, beyond what PyTorch 1.13 can be asked', () => {
  before(() => backends.use('cpu'));

  it('print as in PyTorch 2.15', () => {
    const text = (module: nn.Module) => {
      using printed = module;
      return String(printed);
    };
    expect(text(new nn.LazyBatchNorm2d({ bias: false }))).to.equal(
      'LazyBatchNorm2d(0, eps=1e-05, momentum=0.1, affine=True, bias=False, track_running_stats=True)',
    );
    expect(text(new nn.LazyInstanceNorm2d())).to.equal(
      'LazyInstanceNorm2d(0, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)',
    );
    expect(text(new nn.InstanceNorm2d(2, { momentum: null }))).to.equal(
      'InstanceNorm2d(2, eps=1e-05, momentum=None, affine=False, bias=False, track_running_stats=False)',
    );
    expect(text(new nn.GroupNorm(1, 2, { affine: false }))).to.equal(
      'GroupNorm(1, 2, eps=1e-05, affine=False, bias=False)',
    );
    expect(text(new nn.LayerNorm(2))).to.equal('LayerNorm((2,), eps=1e-05, elementwise_affine=True, bias=True)');
  });

  it('take a negative alpha', async () => {
    const x = tf.tensor3d([1, 2, 3, 4], [1, 1, 4]);
    const y = nn.functional.localResponseNorm(x, 2, { alpha: -0.02, beta: 1, k: 2 });
    const sums = [1, 5, 13, 25]; // of x² of the channel before and of its own
    for (const [i, value] of [...(await y.data())].entries()) {
      expect(value).to.be.closeTo((i + 1) / (2 - 0.01 * sums[i]!), 1e-5);
    }
    tf.dispose([x, y]);
  });

  it('have no bias where none is wanted', async () => {
    for (const module of [
      new nn.BatchNorm1d(2, { bias: false }),
      new nn.InstanceNorm2d(2, { affine: true, bias: false }),
      new nn.GroupNorm(1, 2, { bias: false }),
      new nn.LayerNorm(2, { bias: false }),
    ]) {
      expect([...module.namedParameters()].map(([name]) => name)).to.deep.equal(['weight']);
      module.dispose();
    }
  });

  forEachBackend(() => {
    it('momentum null keeps the running statistics of InstanceNorm2d', async () => {
      using norm = new nn.InstanceNorm2d(1, { momentum: null, trackRunningStats: true });
      tf.tidy(() => norm.forward(counting([2, 2, 2, 1])).dispose());
      expect(await valuesOf(norm.running_mean!.value)).to.deep.equal([0]);
      expect(await valuesOf(norm.running_var!.value)).to.deep.equal([1]);
      expect(norm.num_batches_tracked!.value).to.equal(0n);
    });

    it('an empty batch leaves the running statistics of InstanceNorm2d as they are', async () => {
      using norm = new nn.InstanceNorm2d(1, { affine: true, trackRunningStats: true });
      const y = tf.tidy(() => norm.forward(tf.zeros([0, 2, 2, 1])));
      expect(y.shape).to.deep.equal([0, 2, 2, 1]);
      expect(await valuesOf(norm.running_mean!.value)).to.deep.equal([0]);
      expect(await valuesOf(norm.running_var!.value)).to.deep.equal([1]);
      y.dispose();
    });

    it('a lazy InstanceNorm2d takes the channels of one image from its last axis', () => {
      using norm = new nn.LazyInstanceNorm2d();
      tf.tidy(() => norm.forward(tf.ones([4, 5, 3])).dispose());
      expect(norm.numFeatures).to.equal(3);
      expect(norm.weight!.shape).to.deep.equal([3]);
      expect(String(norm)).to.match(/^InstanceNorm2d\(3, /);
    });

    it('are exact far from 0, and over many values', async () => {
      const size = 128;
      // Both channels alike, so that all normalise by the same statistics.
      const input = Float32Array.from({ length: size * size * 2 }, (_, i) => 1000 + Math.sin(Math.floor(i / 2)));
      const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
      const variance = input.reduce((sum, value) => sum + (value - mean) ** 2, 0) / input.length;
      for (const build of [
        () => new nn.GroupNorm(1, 2),
        () => new nn.LayerNorm([size, size, 2]),
        () => new nn.InstanceNorm2d(2),
        () => new nn.BatchNorm2d(2),
      ] as (() => nn.Module)[]) {
        using module = build();
        const y = tf.tidy(() => module.forward(tf.tensor(input, [1, size, size, 2])));
        const got = await valuesOf(y);
        y.dispose();
        const want = (i: number) => (input[i]! - mean) / Math.sqrt(variance + 1e-5);
        const worst = got.reduce((largest, value, i) => Math.max(largest, Math.abs(value - want(i))), 0);
        expect(worst, String(module)).to.be.lessThan(1e-5);
      }
    });
  });
});
