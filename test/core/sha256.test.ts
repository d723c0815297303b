import { expect } from 'chai';
import { differenceOf, sha256 } from '../../src/core/index.js';

const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const bytes = new TextEncoder().encode('abc');

describe('sha256', () => {
  it('is that of FIPS 180-2, in a page without crypto.subtle too', async () => {
    const { subtle } = crypto;
    for (const value of [subtle, undefined]) {
      Object.defineProperty(crypto, 'subtle', { value, configurable: true });
      try {
        expect(await sha256(bytes)).to.equal(abc);
        expect(await sha256(new Uint8Array())).to.equal(empty);
        // From within a larger array.
        expect(await sha256(new TextEncoder().encode('-abc-').subarray(1, 4))).to.equal(abc);
      } finally {
        delete (crypto as { subtle?: unknown }).subtle;
      }
    }
    expect(crypto.subtle).to.equal(subtle);
  });

  it('tells a difference by the length first, then by the hash', async () => {
    expect(await differenceOf(bytes, {})).to.equal(undefined);
    expect(await differenceOf(bytes, { bytes: 3, sha256: abc })).to.equal(undefined);
    expect(await differenceOf(bytes, { bytes: 4, sha256: empty })).to.deep.equal({ bytes: 3 });
    expect(await differenceOf(bytes, { sha256: empty })).to.deep.equal({ sha256: abc });
  });
});
