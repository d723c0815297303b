import { expect } from 'chai';
import fc from 'fast-check';
import { inverseOf, type NumericArray, sizeOf, transpose } from '../../src/core/index.js';

/** Element by element, by the definition. */
function naive(data: NumericArray, shape: readonly number[], permutation: readonly number[]): number[] {
  const stridesOf = (sizes: readonly number[]) => sizes.map((_, axis) => sizeOf(sizes.slice(axis + 1)));
  const strides = stridesOf(shape);
  const outShape = permutation.map((axis) => shape[axis]!);
  const outStrides = stridesOf(outShape);
  return Array.from(data, (_, index) => {
    const place = outShape.map((size, axis) => Math.floor(index / outStrides[axis]!) % size);
    return data[place.reduce((sum, at, axis) => sum + at * strides[permutation[axis]!]!, 0)]!;
  });
}

const someCase = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.integer({ min: 30, max: 70 }) }), {
    maxLength: 6,
  })
  .filter((shape) => sizeOf(shape) < 50_000)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      permutation: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      ends: fc.tuple(fc.nat(80), fc.nat(80)),
      Type: fc.constantFrom(Float32Array, Int32Array, Uint8Array),
    }),
  );

describe('transpose', () => {
  it('gives what the definition gives, whole and in ranges of the first axis', () => {
    fc.assert(
      fc.property(someCase, ({ shape, permutation, ends, Type }) => {
        const data = Type.from(Array(sizeOf(shape)).keys());
        const expected = naive(data, shape, permutation);
        const got = transpose<NumericArray>(data, shape, permutation);
        expect(got).to.be.instanceOf(Type);
        expect([...got]).to.deep.equal(expected);
        if (shape.length === 0) return;
        const rows = shape[permutation[0]!]!;
        const [from, to] = ends.map((end) => Math.min(end, rows)).sort((a, b) => a - b) as [number, number];
        const row = rows && expected.length / rows;
        const part = transpose<NumericArray>(data, shape, permutation, [from, to]);
        expect([...part]).to.deep.equal(expected.slice(from * row, to * row));
      }),
      { numRuns: 1000 },
    );
  });

  it('is taken back by the inverse', () => {
    fc.assert(
      fc.property(someCase, ({ shape, permutation, Type }) => {
        const data = Type.from(Array(sizeOf(shape)).keys());
        const there = transpose<NumericArray>(data, shape, permutation);
        const outShape = permutation.map((axis) => shape[axis]!);
        expect([...transpose(there, outShape, inverseOf(permutation))]).to.deep.equal([...data]);
      }),
    );
  });

  it('moves every bit of a float, from within a larger array too, and leaves the input alone', () => {
    const bits = Uint32Array.from({ length: 8 }, (_, i) => 0x7f800001 + 0x01020304 * i);
    const data = new Float32Array(bits.buffer, 8, 6);
    const got = transpose(data, [2, 3], [1, 0]);
    const words = [...new Uint32Array(got.buffer)];
    expect(words).to.deep.equal([bits[2], bits[5], bits[3], bits[6], bits[4], bits[7]]);
    const copy = transpose(data, [6], [0]);
    copy.fill(0);
    expect(new Uint32Array(data.buffer)[2]).to.equal(0x7f800001 + 0x01020304 * 2);
    const scalar = new Int32Array([5]);
    const scalarCopy = transpose(scalar, [], []);
    expect([...scalarCopy]).to.deep.equal([5]);
    expect(scalarCopy.buffer).to.not.equal(scalar.buffer);
  });
});
