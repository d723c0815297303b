import { expect } from 'chai';
import fc from 'fast-check';
import { decodeTensor, gather } from '../../converters/tensor-data.js';

function halves(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint16Array.from({ length: 65536 }, (_, index) => index).buffer);
}

describe('decodeTensor', () => {
  it('widens all 65,536 float16 values by the formula', () => {
    const wide = decodeTensor(halves(), 'float16') as Float32Array;
    for (let half = 0; half < 65536; half++) {
      const sign = half & 0x8000 ? -1 : 1;
      const exponent = (half >> 10) & 31;
      const fraction = half & 1023;
      const expected =
        exponent === 31
          ? fraction === 0
            ? sign * Number.POSITIVE_INFINITY
            : Number.NaN
          : exponent === 0
            ? sign * fraction * 2 ** -24
            : sign * (1024 + fraction) * 2 ** (exponent - 25);
      if (!Object.is(wide[half], expected)) expect.fail(`float16 ${half}: expected ${expected}, got ${wide[half]}`);
    }
  });

  it('keeps the payload of NaNs', () => {
    const bits = (dtype: 'float16' | 'bfloat16', half: number) =>
      new Uint32Array(decodeTensor(new Uint8Array(new Uint16Array([half]).buffer), dtype).buffer)[0];
    expect(bits('float16', 0x7d01)).to.equal(0x7fa02000);
    expect(bits('bfloat16', 0xff81)).to.equal(0xff810000);
  });

  it('swaps the bytes of big-endian files', () => {
    expect(decodeTensor(new Uint8Array([0x3f, 0x80, 0, 0]), 'float32', false)).to.deep.equal(new Float32Array([1]));
    expect(decodeTensor(new Uint8Array([0x3c, 0]), 'float16', false)).to.deep.equal(new Float32Array([1]));
    expect(decodeTensor(new Uint8Array([1, 2]), 'int8', false)).to.deep.equal(new Int8Array([1, 2]));
  });

  it('makes bools of 0 and 1', () => {
    expect(decodeTensor(new Uint8Array([0, 1, 255]), 'bool')).to.deep.equal(new Uint8Array([0, 1, 1]));
  });
});

describe('gather', () => {
  it('is an index loop over any shape and strides, for every element size', () => {
    const dims = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 })), { maxLength: 5 });
    fc.assert(
      fc.property(dims, fc.constantFrom(1, 2, 4, 8), (axes, itemSize) => {
        const shape = axes.map(([dim]) => dim);
        const strides = axes.map(([, stride]) => stride);
        const span = axes.reduce((last, [dim, stride]) => last + (dim - 1) * stride, 1);
        const bytes = Uint8Array.from({ length: span * itemSize }, (_, index) => (index * 37) % 251);
        const expected: number[] = [];
        const visit = (axis: number, offset: number): void => {
          if (axis === shape.length) {
            expected.push(...bytes.subarray(offset * itemSize, (offset + 1) * itemSize));
            return;
          }
          for (let i = 0; i < shape[axis]!; i++) visit(axis + 1, offset + i * strides[axis]!);
        };
        visit(0, 0);
        expect([...gather(bytes, itemSize, shape, strides)]).to.deep.equal(expected);
      }),
    );
  });
});
