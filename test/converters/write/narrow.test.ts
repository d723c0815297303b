import { expect } from 'chai';
import { decodeTensor } from '../../../converters/tensor-data.js';
import { narrowToBfloat16, narrowToFloat16 } from '../../../converters/write/narrow.js';

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

const kinds = [
  { dtype: 'float16', narrow: narrowToFloat16, infinity: 0x7c00, quiet: 0x200, largest: 0x7bff, next: 65536 },
  { dtype: 'bfloat16', narrow: narrowToBfloat16, infinity: 0x7f80, quiet: 0x40, largest: 0x7f7f, next: 2 ** 128 },
] as const;

for (const { dtype, narrow, infinity, quiet, largest, next } of kinds) {
  const wide = decodeTensor(new Uint8Array(all.slice().buffer), dtype) as Float32Array;
  const wideBits = new Uint32Array(wide.buffer);
  const narrowed = (bits: Uint32Array) => {
    const target = new Uint16Array(bits.length);
    narrow(bits, target);
    return target;
  };
  const narrowedValues = (...values: number[]) => narrowed(new Uint32Array(Float32Array.from(values).buffer));

  describe(`narrowing to ${dtype}`, () => {
    it('gives back each of the 65,536 patterns that was widened, NaN payloads included', () => {
      expect(narrowed(wideBits)).to.deep.equal(all);
    });

    it('rounds to the nearest, and a tie to the even one', () => {
      for (let bits = 0; bits < largest; bits++) {
        const low = wide[bits]!;
        const high = wide[bits + 1]!;
        const middle = (low + high) / 2; // exact: float32 has bits to spare
        const [below, above] = [middle - (high - low) / 8, middle + (high - low) / 8];
        const even = bits % 2 === 0 ? bits : bits + 1;
        const got = [...narrowedValues(below, middle, above, -below, -middle, -above)];
        const want = [bits, even, bits + 1];
        if (got.join() !== [...want, ...want.map((half) => half | 0x8000)].join()) {
          expect.fail(`between ${low} and ${high}: expected ${want}, got ${got}`);
        }
      }
    });

    it('rounds to infinity from half a step beyond the largest', () => {
      const last = wide[largest]!;
      // The step after the largest would reach `next`.
      const tie = last + (next - last) / 2;
      const below = Float32Array.of(tie);
      new Uint32Array(below.buffer)[0]! -= 1;
      expect([...narrowedValues(tie, -tie, below[0]!, Infinity, -Infinity)]).to.deep.equal([
        infinity,
        infinity | 0x8000,
        largest,
        infinity,
        infinity | 0x8000,
      ]);
    });

    it('keeps a NaN that does not fit a NaN, of the same sign', () => {
      const got = narrowed(Uint32Array.of(0x7f800001, 0xff800001, 0x7fffffff, 0xffc00001));
      expect([...got]).to.deep.equal([
        infinity | quiet,
        0x8000 | infinity | quiet,
        infinity | (dtype === 'float16' ? 0x3ff : 0x7f),
        0x8000 | infinity | quiet,
      ]);
    });

    it('keeps the sign of zero, and of what is too small', () => {
      const tiny = 2 ** -149;
      expect([...narrowedValues(0, -0, tiny, -tiny)]).to.deep.equal([0, 0x8000, 0, 0x8000]);
    });
  });
}
