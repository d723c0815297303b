import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { backends, nn } from 'tfjs-zoo';

/** Values that no rounding can hide: small integers, whose sums float32 holds. */
const integers = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 23) - 11);

describe("our own loops in wasm's memory", () => {
  for (const threads of [1, 2]) {
    describe(`on ${threads} thread${threads === 1 ? '' : 's'}`, () => {
      before(() => backends.use('wasm', { threads }));
      after(() => backends.use('cpu'));

      it('multiply one row by a matrix of any size', async () => {
        const size = fc.integer({ min: 1, max: 70 });
        await fc.assert(
          fc.asyncProperty(size, size, fc.boolean(), async (rows, columns, hasBias) => {
            const x = integers(rows);
            const weight = integers(rows * columns);
            const bias = hasBias ? integers(columns) : undefined;
            const y = tf.tidy(() =>
              nn.functional.linear(tf.tensor2d(x, [1, rows]), tf.tensor2d(weight, [rows, columns]), {
                bias: bias ? tf.tensor1d(bias) : null,
              }),
            );
            const want = Array.from({ length: columns }, (_, c) =>
              x.reduce((sum, value, r) => sum + value * weight[r * columns + c]!, bias?.[c] ?? 0),
            );
            expect([...(await y.data())]).to.deep.equal(want);
            y.dispose();
          }),
          { numRuns: 60 },
        );
      });

      it('turn a weight of any size, and give it back bit by bit', async () => {
        const size = fc.integer({ min: 1, max: 70 });
        await fc.assert(
          fc.asyncProperty(size, size, async (outFeatures, inFeatures) => {
            using layer = nn.skipInit(() => new nn.Linear(inFeatures, outFeatures, { bias: false }));
            const bits = Uint32Array.from({ length: inFeatures * outFeatures }, (_, i) => i * 2654435761);
            bits[0] = 0x7f812345; // a NaN that signals
            const data = new Float32Array(bits.buffer);
            layer.loadStateDict(new Map([['weight', { dtype: 'float32', shape: [outFeatures, inFeatures], data }]]));
            const back = (await layer.stateDict()).get('weight')!.data as Float32Array;
            expect(new Uint32Array(back.buffer, back.byteOffset, back.length)).to.deep.equal(bits);
            const memory = (await layer.weight.value.data()) as Float32Array;
            const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length);
            for (const [o, i] of [
              [0, 0],
              [outFeatures - 1, 0],
              [0, inFeatures - 1],
              [outFeatures - 1, inFeatures - 1],
            ]) {
              expect(words[i! * outFeatures + o!]).to.equal(bits[o! * inFeatures + i!]);
            }
          }),
          { numRuns: 60 },
        );
      });

      it('turn a weight of more than one band', async () => {
        using layer = nn.skipInit(() => new nn.Linear(1027, 2049, { bias: false }));
        const data = integers(1027 * 2049);
        layer.loadStateDict(new Map([['weight', { dtype: 'float32', shape: [2049, 1027], data }]]));
        const memory = await layer.weight.value.data();
        let wrong = 0;
        for (let i = 0; i < 1027; i++)
          for (let o = 0; o < 2049; o++) if (memory[i * 2049 + o] !== data[o * 1027 + i]) wrong++;
        expect(wrong).to.equal(0);
      });

      it('leave other products to tfjs: several rows, a batch, an activation', async () => {
        const results = tf.tidy(() => {
          const a = tf.tensor2d(integers(10), [1, 10]);
          const b = tf.tensor2d(integers(30), [10, 3]);
          const plain = tf.matMul(a, b);
          return [
            tf.max(tf.abs(tf.sub(tf.fused.matMul({ a, b, activation: 'relu' }), tf.relu(plain)))),
            tf.max(tf.abs(tf.sub(tf.slice(tf.matMul(tf.concat([a, a]), b), [1, 0], [1, 3]), plain))),
            tf.max(
              tf.abs(
                tf.sub(tf.matMul(tf.reshape(a, [1, 1, 10]), tf.reshape(b, [1, 10, 3])), tf.reshape(plain, [1, 1, 3])),
              ),
            ),
          ];
        });
        for (const result of results) expect((await result.data())[0]).to.equal(0);
        tf.dispose(results);
      });
    });
  }
});
