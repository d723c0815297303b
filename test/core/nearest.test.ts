import { expect } from 'chai';
import { nearest } from '../../src/core/index.js';

describe('nearest', () => {
  it('gives the names that look most alike, the likeliest first', () => {
    const names = ['features.0', 'features.10', 'avgpool', 'classifier.1'];
    expect(nearest('feature.10', names)).to.deep.equal(['features.10', 'features.0', 'avgpool']);
    expect(nearest('AvgPool', names, 1)).to.deep.equal(['avgpool']);
    expect(nearest('', ['abc', 'a'])).to.deep.equal(['a', 'abc']);
    expect(nearest('a', [])).to.deep.equal([]);
  });
});
