import { expect } from 'chai';
import { visualize } from 'tfjs-zoo';

describe('textTable', () => {
  it('aligns columns as they ask, and leaves no blanks at the ends of lines', () => {
    const table = visualize.textTable(
      [{ title: 'Name' }, { title: 'Size', align: 'right' }, { title: '' }],
      [
        ['a', '1', ''],
        ['longer', '10000', 'x'],
      ],
      ['two rows'],
    );
    const rule = '─'.repeat(6 + 2 + 5 + 2 + 1);
    expect(table.split('\n')).to.deep.equal([
      'Name     Size',
      rule,
      'a           1',
      'longer  10000  x',
      rule,
      'two rows',
    ]);
  });

  it('has no second rule without a footer', () => {
    expect(visualize.textTable([{ title: 'A' }], [['b']])).to.equal('A\n─\nb');
  });
});
