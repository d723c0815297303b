import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting } from './support.js';

/** How to build every module that nn exports, an input for it, and what else its forward takes. */
const modules: Record<string, [build: () => nn.AnyModule, inputShape: number[], extra?: () => tf.Tensor[]]> = {
  AdaptiveAvgPool2d: [() => new nn.AdaptiveAvgPool2d([2, 3]), [2, 5, 4, 3]],
  AdaptiveMaxPool2d: [() => new nn.AdaptiveMaxPool2d([2, 3]), [2, 5, 4, 3]],
  AlphaDropout: [() => new nn.AlphaDropout(), [2, 3]],
  AvgPool2d: [() => new nn.AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true }), [2, 6, 5, 3]],
  BCELoss: [() => new nn.BCELoss({ weight: [1, 2, 3] }), [3, 3], () => [tf.ones([3, 3])]],
  BCEWithLogitsLoss: [() => new nn.BCEWithLogitsLoss({ posWeight: [1, 2, 3] }), [2, 3], () => [tf.ones([2, 3])]],
  BatchNorm1d: [() => new nn.BatchNorm1d(3), [4, 3]],
  BatchNorm2d: [() => new nn.BatchNorm2d(3, { momentum: null }), [2, 2, 2, 3]],
  CELU: [() => new nn.CELU({ alpha: 2 }), [2, 3]],
  ChannelShuffle: [() => new nn.ChannelShuffle(2), [2, 2, 3, 4]],
  CircularPad2d: [() => new nn.CircularPad2d([1, -1, 2, 0]), [2, 4, 3, 2]],
  ConstantPad2d: [() => new nn.ConstantPad2d([-1, 1, 0, 2], 3.5), [2, 4, 3, 2]],
  Conv2d: [() => new nn.Conv2d(4, 4, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }), [2, 7, 7, 4]],
  ConvTranspose2d: [
    () => new nn.ConvTranspose2d(4, 4, 3, { stride: 2, padding: 1, outputPadding: 1, dilation: 2, groups: 2 }),
    [2, 4, 3, 4],
  ],
  CrossEntropyLoss: [
    () => new nn.CrossEntropyLoss({ weight: [1, 2, 3], labelSmoothing: 0.1 }),
    [2, 3],
    () => [tf.tensor1d([1, -100], 'int32')],
  ],
  Dropout: [() => new nn.Dropout(), [2, 3]],
  Dropout2d: [() => new nn.Dropout2d(), [2, 2, 2, 3]],
  ELU: [() => new nn.ELU(), [2, 3]],
  FeatureAlphaDropout: [() => new nn.FeatureAlphaDropout(), [2, 2, 2, 3]],
  Flatten: [() => new nn.Flatten(), [2, 2, 2, 3]],
  Fold: [() => new nn.Fold([3, 4], 2, { padding: 1 }), [2, 20, 8]],
  GELU: [() => new nn.GELU(), [2, 3]],
  GLU: [() => new nn.GLU({ dim: 1 }), [2, 2, 4, 4]],
  GroupNorm: [() => new nn.GroupNorm(2, 4), [2, 3, 2, 4]],
  Hardshrink: [() => new nn.Hardshrink(), [2, 3]],
  Hardsigmoid: [() => new nn.Hardsigmoid(), [2, 3]],
  Hardswish: [() => new nn.Hardswish(), [2, 3]],
  Hardtanh: [() => new nn.Hardtanh(), [2, 3]],
  HuberLoss: [() => new nn.HuberLoss(), [2, 3], () => [tf.ones([2, 3])]],
  Identity: [() => new nn.Identity(), [2, 3]],
  InstanceNorm2d: [() => new nn.InstanceNorm2d(3, { affine: true, trackRunningStats: true }), [2, 2, 2, 3]],
  KLDivLoss: [() => new nn.KLDivLoss({ reduction: 'batchmean' }), [2, 3], () => [tf.ones([2, 3])]],
  L1Loss: [() => new nn.L1Loss({ reduction: 'none' }), [2, 3], () => [tf.ones([2, 3])]],
  LPPool2d: [() => new nn.LPPool2d(2, 2), [2, 5, 4, 3]],
  LayerNorm: [() => new nn.LayerNorm([2, 3]), [2, 4, 2, 3]],
  LazyBatchNorm2d: [() => new nn.LazyBatchNorm2d(), [2, 2, 2, 3]],
  LazyConv2d: [() => new nn.LazyConv2d(4, 3, { paddingMode: 'reflect', padding: 1 }), [2, 4, 4, 3]],
  LazyConvTranspose2d: [() => new nn.LazyConvTranspose2d(8, 3, { stride: 2, padding: 1, groups: 4 }), [2, 3, 4, 4]],
  LazyInstanceNorm2d: [() => new nn.LazyInstanceNorm2d(), [2, 2, 2, 3]],
  LazyLinear: [() => new nn.LazyLinear(2), [2, 3]],
  LeakyReLU: [() => new nn.LeakyReLU(), [2, 3]],
  Linear: [() => new nn.Linear(3, 2), [2, 4, 3]],
  LocalResponseNorm: [() => new nn.LocalResponseNorm(3), [2, 2, 2, 5]],
  LogSigmoid: [() => new nn.LogSigmoid(), [2, 3]],
  LogSoftmax: [() => new nn.LogSoftmax({ dim: 1 }), [2, 2, 2, 3]],
  MSELoss: [() => new nn.MSELoss(), [2, 3], () => [tf.ones([2, 3])]],
  MaxPool2d: [() => new nn.MaxPool2d(2, { dilation: 2, padding: 1 }), [2, 6, 6, 3]],
  Mish: [() => new nn.Mish(), [2, 3]],
  NLLLoss: [() => new nn.NLLLoss({ reduction: 'none' }), [2, 3], () => [tf.tensor1d([1, 0], 'int32')]],
  PReLU: [() => new nn.PReLU({ numParameters: 3 }), [2, 3]],
  PixelShuffle: [() => new nn.PixelShuffle(2), [2, 2, 3, 8]],
  PixelUnshuffle: [() => new nn.PixelUnshuffle(2), [2, 4, 2, 3]],
  RReLU: [() => new nn.RReLU(), [2, 3]],
  ReLU: [() => new nn.ReLU(), [2, 3]],
  ReLU6: [() => new nn.ReLU6(), [2, 3]],
  ReflectionPad2d: [() => new nn.ReflectionPad2d([1, 2, 0, -1]), [2, 4, 3, 2]],
  ReplicationPad2d: [() => new nn.ReplicationPad2d([1, 2, 3, -1]), [2, 4, 3, 2]],
  SELU: [() => new nn.SELU(), [2, 3]],
  Sequential: [() => new nn.Sequential(new nn.Conv2d(3, 4, 2), new nn.ReLU(), new nn.BatchNorm2d(4)), [2, 4, 4, 3]],
  SiLU: [() => new nn.SiLU(), [2, 3]],
  Sigmoid: [() => new nn.Sigmoid(), [2, 3]],
  SmoothL1Loss: [() => new nn.SmoothL1Loss({ beta: 0.5 }), [2, 3], () => [tf.ones([2, 3])]],
  Softmax: [() => new nn.Softmax({ dim: 1 }), [2, 2, 2, 3]],
  Softmax2d: [() => new nn.Softmax2d(), [2, 2, 2, 3]],
  Softmin: [() => new nn.Softmin({ dim: 1 }), [2, 2, 2, 3]],
  Softplus: [() => new nn.Softplus(), [2, 3]],
  Softshrink: [() => new nn.Softshrink(), [2, 3]],
  Softsign: [() => new nn.Softsign(), [2, 3]],
  Tanh: [() => new nn.Tanh(), [2, 3]],
  Tanhshrink: [() => new nn.Tanhshrink(), [2, 3]],
  Threshold: [() => new nn.Threshold(0.1, 20), [2, 3]],
  Unflatten: [() => new nn.Unflatten(1, [3, 2, 2]), [2, 12]],
  Unfold: [() => new nn.Unfold(2, { stride: 2, padding: 1 }), [2, 3, 4, 2]],
  Upsample: [() => new nn.Upsample({ scaleFactor: 1.7, mode: 'bicubic' }), [2, 3, 4, 2]],
  UpsamplingBilinear2d: [() => new nn.UpsamplingBilinear2d({ scaleFactor: 2 }), [2, 2, 3, 2]],
  UpsamplingNearest2d: [() => new nn.UpsamplingNearest2d({ size: [5, 4] }), [2, 2, 3, 2]],
  ZeroPad2d: [() => new nn.ZeroPad2d(0), [2, 4, 3, 2]],
};

/** Modules that are not called. */
const uncalled = ['Module', 'ModuleDict', 'ModuleList'];

describe('a leak test for every module', () => {
  it('knows every module that is exported', () => {
    const exported = Object.entries(nn)
      .filter(
        ([, value]) => typeof value === 'function' && (value === nn.Module || value.prototype instanceof nn.Module),
      )
      .map(([name]) => name);
    expect(exported.sort()).to.deep.equal([...Object.keys(modules), ...uncalled].sort());
  });

  forEachBackend(() => {
    for (const [name, [build, inputShape, makeExtra]] of Object.entries(modules)) {
      for (const shape of [
        inputShape,
        ...(inputShape.length === 4 && !/BatchNorm|Sequential|Upsampl/.test(name) ? [inputShape.slice(1)] : []),
      ]) {
        it(`${name} on [${shape.join(', ')}]`, async () => {
          const empty = tf.memory();
          const module = build();
          const initial = tf.tidy(() => tf.div(counting(shape), 10));
          const x = tf.variable(initial);
          const extra = makeExtra?.() ?? [];
          // The first pass of a lazy module makes its parameters.
          module.forward(x, ...extra).dispose();
          const { numTensors, numDataBuffers } = tf.memory();
          const expectNothingNew = (what: string) => {
            expect(tf.memory().numTensors, `tensors left by ${what}`).to.equal(numTensors);
            expect(tf.memory().numDataBuffers, `data left by ${what}`).to.equal(numDataBuffers);
          };
          for (const mode of [true, false]) {
            module.train(mode);
            const y = module.forward(x, ...extra);
            expect(y, 'a new handle').not.to.equal(x);
            expect(y.id).not.to.equal(x.id);
            expect(x.isDisposed).to.equal(false);
            expect(tf.memory().numTensors, 'the output and nothing else').to.equal(numTensors + 1);
            y.dispose();
            expectNothingNew(`forward, training ${mode}`);
            const variables = [x, ...[...module.parameters()].map((parameter) => parameter.value)];
            const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(module.forward(x, ...extra))), variables);
            expect(Object.keys(grads)).to.have.length(variables.length);
            tf.dispose([value, grads]);
            expectNothingNew(`gradients, training ${mode}`);
          }
          const state = await module.stateDict();
          expectNothingNew('stateDict');
          module.loadStateDict(state);
          expectNothingNew('loadStateDict');
          module.dispose();
          tf.dispose([x, initial, extra]);
          expect(tf.memory().numTensors, 'tensors left by dispose').to.equal(empty.numTensors);
          expect(tf.memory().numDataBuffers, 'data left by dispose').to.equal(empty.numDataBuffers);
        });
      }
    }
  });
});
