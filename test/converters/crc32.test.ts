import { expect } from 'chai';
import fc from 'fast-check';
import { crc32, portableCrc32 } from '../../converters/crc32.js';

describe('the CRC-32 of zip files', () => {
  it('is the one that everybody computes', () => {
    const digits = new TextEncoder().encode('123456789');
    for (const compute of [crc32, portableCrc32]) {
      expect(compute(digits)).to.equal(0xcbf43926);
      expect(compute(new Uint8Array())).to.equal(0);
    }
  });

  it("is Node's in plain JavaScript too, in pieces of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (first, second) => {
        const whole = crc32(Uint8Array.of(...first, ...second));
        expect(portableCrc32(second, portableCrc32(first))).to.equal(whole);
        expect(crc32(second, crc32(first))).to.equal(whole);
      }),
    );
  });
});
