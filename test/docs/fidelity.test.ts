import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FAMILIES } from '../support/golden.js';
import { PARAMETER_GRADIENT_TOLERANCE } from '../support/golden-close.js';
import { root } from './support.js';

const page = readFileSync(join(root, 'docs/fidelity.md'), 'utf8');

/** `| \`ReLU\` | 7 | 0 | 4e-8 |` → ['ReLU', '7', '0', '4e-8'] */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

describe('docs/fidelity.md', () => {
  it('has a row for every module that has golden cases, with their number', () => {
    const counts = new Map<string, number>();
    for (const family of FAMILIES) {
      const records: { module: string }[] = JSON.parse(
        readFileSync(join(root, `test/fixtures/nn/${family}.json`), 'utf8'),
      );
      for (const { module } of records) counts.set(module, (counts.get(module) ?? 0) + 1);
    }
    const listed = rows.map(([module, cases]) => [module, Number(cases)]);
    expect(listed, 'run npm run -s fidelity > docs/fidelity.md').to.deep.equal([...counts].sort());
  });

  it('names no error beyond what the tests allow', () => {
    for (const [module, , ...errors] of rows) {
      for (const error of errors) {
        expect(Number(error.split(' ')[0]), module).to.be.within(0, PARAMETER_GRADIENT_TOLERANCE);
      }
    }
  });
});
