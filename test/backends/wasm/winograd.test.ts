import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { backends } from 'tfjs-zoo';
import { convolutionOf } from '../../../src/backends/wasm/convolution.js';

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputs: number;
  readonly taps: 3 | 5;
  readonly pad: number | 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];
  readonly activation: 'linear' | 'relu' | 'relu6';
  readonly hasBias: boolean;
}

const defaults: Case = {
  batch: 1,
  height: 13,
  width: 11,
  channels: 32,
  outputs: 16,
  taps: 3,
  pad: 1,
  activation: 'relu',
  hasBias: true,
};

/** Computes a case on the backend in use, from the same numbers each time. */
async function compute(given: Partial<Case>): Promise<{ shape: number[]; values: number[] }> {
  const { batch, height, width, channels, outputs, taps, pad, activation, hasBias } = { ...defaults, ...given };
  const y = tf.tidy(() =>
    tf.fused.conv2d({
      x: tf.randomNormal([batch, height, width, channels], 0, 1, 'float32', 1) as tf.Tensor4D,
      filter: tf.randomNormal([taps, taps, channels, outputs], 0, 0.1, 'float32', 2) as tf.Tensor4D,
      strides: 1,
      pad: pad as number,
      activation,
      ...(hasBias && { bias: tf.randomNormal([outputs], 0, 1, 'float32', 3) }),
    }),
  );
  const result = { shape: y.shape, values: [...(await y.data())] };
  y.dispose();
  return result;
}

async function expectAsOnCpu(given: Partial<Case>): Promise<void> {
  await backends.use('cpu');
  const want = await compute(given);
  await backends.use('wasm');
  const got = await compute(given);
  expect(got.shape).to.deep.equal(want.shape);
  const largest = want.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = got.values.reduce((most, value, i) => Math.max(most, Math.abs(value - want.values[i]!)), 0);
  expect(error / largest, JSON.stringify(given)).to.be.below(5e-5);
}

describe("Winograd's convolution on wasm", () => {
  const kernel = () => tf.getKernel(tf.FusedConv2D, 'wasm');

  it('stands where the stock kernel stood', () => {
    expect(kernel().kernelFunc.toString()).to.equal(
      convolutionOf({ kernelName: tf.FusedConv2D, kernelFunc: () => null! }).kernelFunc.toString(),
    );
  });

  it('gives what the cpu backend gives, of any size and padding', async () => {
    const pads = fc.constantFrom<Case['pad'][]>(0, 1, 2, 'same', 'valid', [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ]);
    const channels = fc.constantFrom(16, 20, 36);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          height: fc.integer({ min: 5, max: 16 }),
          width: fc.integer({ min: 5, max: 16 }),
          channels,
          outputs: channels,
          taps: fc.constantFrom(3 as const, 5 as const),
          pad: pads,
          activation: fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const),
          hasBias: fc.boolean(),
        }),
        expectAsOnCpu,
      ),
      { numRuns: 40 },
    );
  });

  it('computes many tiles in parts', () => expectAsOnCpu({ height: 61, width: 70, channels: 64, outputs: 64 }));

  it('leaves to the stock kernel what it is not for', async () => {
    for (const given of [
      { channels: 18 },
      { outputs: 6 },
      { channels: 3 },
      { height: 5, width: 5, pad: 'valid' },
    ] as const) {
      await expectAsOnCpu(given);
    }
  });

  it('leaves a bias that is not one number for each output for the stock kernel to refuse', async () => {
    await backends.use('wasm');
    const x = tf.ones([1, 13, 13, 16]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, 16, 16]) as tf.Tensor4D;
    const bias = tf.ones([1]);
    const convolve = () => tf.fused.conv2d({ x, filter, strides: 1, pad: 1, bias });
    expect(convolve).to.throw('FusedConv2D bias shape (1) does not match the number of output channels (16)');
    tf.dispose([x, filter, bias]);
  });

  it('keeps NaN, and has Infinity become it', async () => {
    await backends.use('wasm');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const y = tf.tidy(() => {
        const x = tf.fill([1, 13, 13, 16], value) as tf.Tensor4D;
        return tf.fused.conv2d({ x, filter: tf.ones([3, 3, 16, 16]), strides: 1, pad: 1, activation: 'relu' });
      });
      expect((await y.data()).every(Number.isNaN)).to.equal(true);
      y.dispose();
    }
  });

  it('has gradients as on cpu', async () => {
    const grads: number[][] = [];
    for (const name of ['cpu', 'wasm'] as const) {
      await backends.use(name);
      const [dx, dw] = tf.tidy(() => {
        const x = tf.randomNormal([2, 9, 9, 16], 0, 1, 'float32', 1) as tf.Tensor4D;
        const w = tf.randomNormal([3, 3, 16, 16], 0, 1, 'float32', 2) as tf.Tensor4D;
        return tf.grads((a, b) => tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 1))))([x, w]);
      });
      grads.push([...(await dx!.data()), ...(await dw!.data())]);
      tf.dispose([dx!, dw!]);
    }
    const [want, got] = grads as [number[], number[]];
    const largest = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value) / largest).to.be.below(1e-5);
  });

  it('frees with a filter all that it kept of it, and when other values are assigned to it', async () => {
    await backends.use('wasm');
    const backend = tf.backend();
    const before = backend.numDataIds();
    const x = tf.ones([1, 13, 13, 16]) as tf.Tensor4D;
    const ones = tf.ones([3, 3, 16, 16]);
    const filter = tf.variable(ones) as tf.Tensor as tf.Variable<tf.Rank.R4>;
    ones.dispose();
    const held: number[] = [];
    for (const factor of [1, 2, 3]) {
      const y = tf.conv2d(x, filter, 1, 1);
      expect((await y.data())[16 * 15]).to.be.closeTo(9 * 16 * factor, 1e-3); // inside: nine taps of sixteen ones
      y.dispose();
      held.push(backend.numDataIds() - before);
      const next = tf.fill([3, 3, 16, 16], factor + 1) as tf.Tensor4D;
      filter.assign(next);
      next.dispose();
    }
    expect(held).to.deep.equal([2 + 1, 2 + 1, 2 + 1]);
    tf.dispose([x, filter]);
    expect(backend.numDataIds()).to.equal(before);
  });
});
