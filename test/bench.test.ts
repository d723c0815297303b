import { expect } from 'chai';
import { expectAgreement } from '../bench/agreement.js';
import { alexnet, multiplyAdds } from '../bench/network.js';
import { bytes, int, message, text } from '../bench/onnx/protobuf.js';
import { timingOf } from '../bench/statistics.js';
import { table } from '../bench/table.js';

const hex = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString('hex');

describe('bench', () => {
  // The first three are the examples of protobuf's own description of its encoding.
  it('writes protobuf', () => {
    expect(hex(int(1, 150))).to.equal('089601');
    expect(hex(text(2, 'testing'))).to.equal('120774657374696e67');
    expect(hex(message(3, int(1, 150)))).to.equal('1a03089601');
    expect(hex(int(20, 2 ** 40))).to.equal('a001808080808020');
  });

  it('writes lengths of more than a byte', () => {
    expect(hex(bytes(9, new Uint8Array(200), new Uint8Array(100))).slice(0, 6)).to.equal('4aac02');
  });

  it('knows how much AlexNet computes: 0.714 billion multiply-adds, as torchvision says', () => {
    expect(alexnet.reduce((sum, layer) => sum + multiplyAdds(layer), 0)).to.equal(714_188_480);
  });

  it('takes the median and the middle half', () => {
    expect(timingOf([5, 1, 4, 2, 3])).to.deep.equal({ fastest: 1, median: 3, low: 2, high: 4 });
  });

  it('refuses contenders that disagree', () => {
    expectAgreement('AlexNet', [
      ['first', [1, -2]],
      ['second', [1.001, -2]],
    ]);
    const disagreeing = (values: number[]) => () =>
      expectAgreement('AlexNet', [
        ['first', [1, -2]],
        ['second', values],
      ]);
    expect(disagreeing([1, -1])).to.throw(
      'AlexNet: expected second to agree with first, got a difference of 1 where the largest value is 2. Nothing was timed.',
    );
    expect(disagreeing([1])).to.throw('got a difference of NaN');
    expect(disagreeing([1, Number.NaN])).to.throw('got a difference of NaN');
  });

  it('prints tables that read well as text too', () => {
    const lines = ['| name  |  ms |', '| ----- | --: |', '| conv1 | 1.5 |'];
    expect(table(['name', 'ms'], [['conv1', '1.5']])).to.equal(lines.join('\n'));
  });
});
