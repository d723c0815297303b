import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting } from './support.js';

/** How to build every module that nn exports, an input for it, and what else its forward takes. */
const modules: Record<string, [build: () => nn.AnyModule, inputShape: number[], extra?: () => tf.Tensor[]]> = {
  AdaptiveAvgPool2d: [() => new nn.AdaptiveAvgPool2d([2, 3]), [2, 5, 4, 3]],
  AvgPool2d: [() => new nn.AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true }), [2, 6, 5, 3]],
  BCELoss: [() => new nn.BCELoss({ weight: [1, 2, 3] }), [3, 3], () => [tf.ones([3, 3])]],
  BCEWithLogitsLoss: [() => new nn.BCEWithLogitsLoss({ posWeight: [1, 2, 3] }), [2, 3], () => [tf.ones([2, 3])]],
  BatchNorm1d: [() => new nn.BatchNorm1d(3), [4, 3]],
  BatchNorm2d: [() => new nn.BatchNorm2d(3, { momentum: null }), [2, 2, 2, 3]],
  Conv2d: [() => new nn.Conv2d(4, 4, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }), [2, 7, 7, 4]],
  CrossEntropyLoss: [
    () => new nn.CrossEntropyLoss({ weight: [1, 2, 3], labelSmoothing: 0.1 }),
    [2, 3],
    () => [tf.tensor1d([1, -100], 'int32')],
  ],
  Dropout: [() => new nn.Dropout(), [2, 3]],
  Flatten: [() => new nn.Flatten(), [2, 2, 2, 3]],
  HuberLoss: [() => new nn.HuberLoss(), [2, 3], () => [tf.ones([2, 3])]],
  Identity: [() => new nn.Identity(), [2, 3]],
  KLDivLoss: [() => new nn.KLDivLoss({ reduction: 'batchmean' }), [2, 3], () => [tf.ones([2, 3])]],
  L1Loss: [() => new nn.L1Loss({ reduction: 'none' }), [2, 3], () => [tf.ones([2, 3])]],
  LazyBatchNorm2d: [() => new nn.LazyBatchNorm2d(), [2, 2, 2, 3]],
  LazyConv2d: [() => new nn.LazyConv2d(4, 3, { paddingMode: 'reflect', padding: 1 }), [2, 4, 4, 3]],
  LazyLinear: [() => new nn.LazyLinear(2), [2, 3]],
  Linear: [() => new nn.Linear(3, 2), [2, 4, 3]],
  LocalResponseNorm: [() => new nn.LocalResponseNorm(3), [2, 2, 2, 5]],
  LogSoftmax: [() => new nn.LogSoftmax({ dim: 1 }), [2, 2, 2, 3]],
  MaxPool2d: [() => new nn.MaxPool2d(2, { dilation: 2, padding: 1 }), [2, 6, 6, 3]],
  MSELoss: [() => new nn.MSELoss(), [2, 3], () => [tf.ones([2, 3])]],
  NLLLoss: [() => new nn.NLLLoss({ reduction: 'none' }), [2, 3], () => [tf.tensor1d([1, 0], 'int32')]],
  PReLU: [() => new nn.PReLU({ numParameters: 3 }), [2, 3]],
  ReLU: [() => new nn.ReLU(), [2, 3]],
  Sequential: [() => new nn.Sequential(new nn.Conv2d(3, 4, 2), new nn.ReLU(), new nn.BatchNorm2d(4)), [2, 4, 4, 3]],
  SmoothL1Loss: [() => new nn.SmoothL1Loss({ beta: 0.5 }), [2, 3], () => [tf.ones([2, 3])]],
  Softmax: [() => new nn.Softmax({ dim: 1 }), [2, 2, 2, 3]],
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
        ...(inputShape.length === 4 && !name.includes('BatchNorm') && name !== 'Sequential'
          ? [inputShape.slice(1)]
          : []),
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
