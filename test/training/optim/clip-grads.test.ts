import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, training, ZooError } from 'tfjs-zoo';
import { valuesOf } from '../../nn/support.js';
import { forEachBackend } from '../../support/backends.js';

const keys = Array.from(
  { length: 3 },
  () => new nn.Parameter({ shape: [2], init: () => new Float32Array(2), lazy: true }),
);

/** 1 to 6 with changing signs, and a 0, or others in the middle. */
const gradients = (middle = [5, 0]): Map<nn.Parameter, tf.Tensor> =>
  new Map<nn.Parameter, tf.Tensor>([
    [keys[0]!, tf.tensor2d([1, -2, 3, -4], [2, 2])],
    [keys[1]!, tf.tensor1d(middle)],
    [keys[2]!, tf.scalar(-6)],
  ]);

async function all(grads: training.Gradients): Promise<number[]> {
  return (await Promise.all([...grads.values()].map(valuesOf))).flat();
}

/** What torch.nn.utils.clip_grad_norm_ of PyTorch 1.13 returns for these gradients, in float64. */
const norms: [normType: number, norm: number][] = [
  [2, 9.539392014169456],
  [1, 21],
  [3, 7.611662611020243],
  [0.5, 117.32836979428498],
  [Number.POSITIVE_INFINITY, 6],
  [Number.NEGATIVE_INFINITY, 0],
  [0, 3],
];

describe('clipGradNorm', () => {
  forEachBackend(() => {
    for (const [normType, norm] of norms) {
      it(`scales by the norm of order ${normType}`, async () => {
        const grads = gradients();
        const before = await all(grads);
        for (const maxNorm of [2, 1000]) {
          const clipped = training.clipGradNorm(grads, maxNorm, { normType });
          expect((await clipped.totalNorm.data())[0]).to.be.closeTo(norm, 1e-4 * norm);
          const factor = Math.min(maxNorm / (norm + 1e-6), 1);
          const got = await all(clipped.grads);
          for (const [i, value] of before.entries()) expect(got[i]).to.be.closeTo(value * factor, 1e-5);
          expect([...clipped.grads.keys()]).to.deep.equal(keys);
          tf.dispose([clipped.totalNorm, ...clipped.grads.values()]);
        }
        expect(await all(grads)).to.deep.equal(before);
        tf.dispose([...grads.values()]);
      });
    }

    it('throws where the norm is not finite, if asked to, and leaves nothing behind', async () => {
      for (const [value, normType] of [
        [Number.NaN, 2],
        [Number.POSITIVE_INFINITY, 2],
        [Number.NaN, Number.POSITIVE_INFINITY],
      ] as const) {
        const grads = gradients([1, value]);
        let error: Error | undefined;
        await training.clipGradNorm(grads, 1, { normType, errorIfNonfinite: true }).catch((thrown) => {
          error = thrown;
        });
        expect(error).to.be.instanceOf(ZooError);
        expect(error!.message).to.equal(
          `clipGradNorm: expected gradients with a finite norm of order ${normType}, got ${value}. ` +
            'Lower the learning rate, or leave errorIfNonfinite out to scale them all the same.',
        );
        tf.dispose([...grads.values()]);
      }
      const grads = gradients();
      const clipped = await training.clipGradNorm(grads, 1, { errorIfNonfinite: true });
      expect(clipped.grads.size).to.equal(3);
      tf.dispose([clipped.totalNorm, ...clipped.grads.values(), ...grads.values()]);
    });

    it('has a norm of 0 where there are no gradients', async () => {
      const { grads, totalNorm } = training.clipGradNorm(new Map(), 1);
      expect([grads.size, (await totalNorm.data())[0]]).to.deep.equal([0, 0]);
      totalNorm.dispose();
    });
  });
});

describe('clipGradValue', () => {
  forEachBackend(() => {
    it('limits each number, and lets NaN through', async () => {
      const grads = gradients([Number.NaN, Number.NEGATIVE_INFINITY]);
      const clipped = training.clipGradValue(grads, 2.5);
      expect(await all(clipped)).to.deep.equal([1, -2, 2.5, -2.5, Number.NaN, -2.5, -2.5]);
      tf.dispose([...grads.values(), ...clipped.values()]);
    });
  });
});

describe('clipping refuses', () => {
  before(() => backends.use('cpu'));

  const grads = new Map();
  const wrong: [what: string, call: () => unknown, text: string][] = [
    [
      'all that valueAndGrads gives',
      () => training.clipGradNorm({ value: 1, grads } as never, 1),
      'clipGradNorm: expected a Map from parameters to gradients, got object. Pass the grads of training.valueAndGrads.',
    ],
    [
      'an array',
      () => training.clipGradValue([] as never, 1),
      'clipGradValue: expected a Map from parameters to gradients, got an array.',
    ],
    [
      'a norm below 0',
      () => training.clipGradNorm(grads, -1),
      'clipGradNorm: expected maxNorm to be a number of at least 0, got -1. Correct what is out of range.',
    ],
    [
      'no norm',
      () => training.clipGradNorm(grads, undefined as never),
      'expected maxNorm to be a number of at least 0, got undefined.',
    ],
    [
      'a value below 0',
      () => training.clipGradValue(grads, -2),
      'clipGradValue: expected clipValue to be a number of at least 0, got -2.',
    ],
    [
      'a text for the order',
      () => training.clipGradNorm(grads, 1, { normType: 'inf' as never }),
      "expected normType to be a number, got 'inf'.",
    ],
    ['an unknown option', () => training.clipGradNorm(grads, 1, { norm_type: 1 } as never), 'Did you mean normType?'],
  ];
  for (const [what, call, text] of wrong) {
    it(what, () => {
      expect(call).to.throw(ZooError, text);
    });
  }
});
