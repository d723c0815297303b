import { expect } from 'chai';
import { expectClose } from './golden-close.js';

describe('expectClose', () => {
  const want = { shape: [2, 2], data: [0, 1, 10, -20] };
  const check = (data: number[], shape = [2, 2]) => expectClose('y', { shape, data }, want);

  it('allows 1e-4 of the largest magnitude and 1e-4 of the element', () => {
    check([0.0019, 1.002, 10.0029, -20.0039]);
  });

  it('names the element that is furthest out', () => {
    expect(() => check([0.003, 1, 10.9, -20])).to.throw(
      'y: 2 of 4 elements are off; at [1, 0] got 10.9, want 10, 300.0 times',
    );
  });

  it('refuses NaN and infinities', () => {
    expect(() => check([0, Number.NaN, 10, -20])).to.throw('at [0, 1] got NaN, want 1');
    expect(() => check([0, 1, 10, Number.NEGATIVE_INFINITY])).to.throw('at [1, 1] got -Infinity, want -20');
  });

  it('refuses another shape', () => {
    expect(() => check([0, 1, 10, -20], [4])).to.throw('y: shape');
  });

  it('takes the largest magnitude of a tensor of which it sees a sample', () => {
    expectClose('y', { shape: [1], data: [1.09] }, { shape: [1], data: [1] }, 1e-4, 1000);
  });
});
