import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { nn } from 'tfjs-zoo';
import { type NumericArray, sizeOf, type Values } from '../../src/core/index.js';
import { receiveTensor } from '../../src/nn/receive.js';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Pieces of [rows, columns], in any order: of some, blocks of columns from row to row. */
function piecesOf(values: NumericArray, columns: number, cuts: readonly number[]): Values[] {
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (columns + 1)), columns])].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => {
    const begin = edges[i]!;
    const part = values.filter((_, at) => at % columns >= begin && at % columns < end);
    return { values: part, offset: begin, run: end - begin, stride: columns };
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: NumericArray): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

describe('a tensor that comes piece by piece', () => {
  forEachBackend((backend) => {
    it('is the tensor, whatever its dtype, shape and pieces', async () => {
      const someCase = fc.record({
        shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
        dtype: fc.constantFrom('float32', 'int32', 'bool'),
        cuts: fc.array(fc.nat(9), { maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(someCase, async ({ shape, dtype, cuts }) => {
          const values = arrays[dtype].from(
            Array.from({ length: sizeOf(shape) }, (_, i) => (dtype === 'bool' ? i % 2 : i - 3)),
          );
          const receiver = receiveTensor(shape, dtype);
          for (const piece of piecesOf(values, shape.at(-1) ?? 1, cuts)) receiver.place(piece);
          const tensor = receiver.end();
          expect([tensor.shape, tensor.dtype]).to.deep.equal([shape, dtype]);
          expect([...(await tensor.data())]).to.deep.equal([...values]);
          tensor.dispose();
        }),
      );
    });

    it('keeps every bit of a float', async () => {
      const bits = [0x7f800001, 0xffc12345, 0x80000000, 0xff800000, 1];
      const receiver = receiveTensor([5], 'float32');
      receiver.place({ values: new Float32Array(new Uint32Array(bits).buffer), offset: 0, run: 5, stride: 5 });
      const tensor = receiver.end();
      const got = bytesOf((await tensor.data()) as Float32Array);
      expect([0, 4, 8, 12, 16].map((at) => got.readUInt32LE(at))).to.deep.equal(bits);
      tensor.dispose();
    });

    it('goes on where the memory grows in between', async () => {
      const size = 2 ** 20;
      const values = Float32Array.from({ length: size }, (_, i) => i);
      const receiver = receiveTensor([2, size], 'float32');
      receiver.place({ values, offset: 0, run: size, stride: size });
      // More than any backend has at hand: wasm's memory moves to another ArrayBuffer.
      const others = Array.from({ length: 16 }, () => tf.ones([2 ** 22]));
      receiver.place({ values, offset: size, run: size, stride: size });
      const tensor = receiver.end();
      expect(
        Buffer.compare(
          bytesOf((await tensor.data()) as Float32Array),
          Buffer.concat([bytesOf(values), bytesOf(values)]),
        ),
      ).to.equal(0);
      tf.dispose([tensor, others]);
    });

    it('is freed when it is discarded', () => {
      const { numBytes, numTensors } = tf.memory();
      const receiver = receiveTensor([1000], 'float32');
      receiver.place({ values: new Float32Array(10), offset: 0, run: 10, stride: 10 });
      if (backend === 'wasm') expect(tf.memory().numBytes - numBytes).to.equal(4000);
      receiver.discard();
      expect(tf.memory()).to.deep.include({ numBytes, numTensors });
    });

    it('becomes a parameter’s values, in PyTorch’s shape, and of a lazy one too', async () => {
      using linear = new nn.Linear(2, 3, { bias: false });
      using lazy = new nn.LazyLinear(3, { bias: false });
      const before = tf.memory().numTensors;
      for (const { weight } of [linear, lazy]) {
        const receiving = weight.receive([3, 2]);
        receiving.place({ values: Float32Array.of(1, 2, 3), offset: 0, run: 3, stride: 3 }); // [in, out]
        receiving.place({ values: Float32Array.of(4, 5, 6), offset: 3, run: 3, stride: 3 });
        receiving.end();
        const { shape, data } = await weight.snapshot()();
        expect([shape, [...data]]).to.deep.equal([
          [3, 2],
          [1, 4, 2, 5, 3, 6],
        ]);
        expect([...(await weight.value.data())]).to.deep.equal([1, 2, 3, 4, 5, 6]);
        expect([weight.isLazy, weight.isFilled]).to.deep.equal([false, true]);
      }
      // The lazy one has values now.
      expect(tf.memory().numTensors).to.equal(before + 1);
    });

    it('leaves a parameter as it was when it is discarded', async () => {
      using linear = new nn.Linear(1, 2, { bias: false });
      const before = [...(await linear.weight.value.data())];
      const receiving = linear.weight.receive([2, 1]);
      receiving.place({ values: Float32Array.of(7, 7), offset: 0, run: 2, stride: 2 });
      receiving.discard();
      expect([...(await linear.weight.value.data())]).to.deep.equal(before);
    });

    it('is refused by a parameter that was disposed', () => {
      const linear = new nn.Linear(1, 2);
      linear.dispose();
      expectError(
        () => linear.weight.receive([2, 1]),
        'ZooError',
        'Parameter: expected a live parameter, got one that was disposed. Build the module anew.',
      );
    });
  });
});
