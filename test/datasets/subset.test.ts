import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { datasets, manualSeed, ZooError } from 'tfjs-zoo';
import type { Sample } from 'tfjs-zoo/datasets';
import { pythonWith } from '../support/tools.js';
import { numbered } from './support.js';

const labelsOf = (subset: datasets.Subset) =>
  Array.from({ length: subset.length }, (_, i) => (subset.get(i) as Sample).label);

describe('Subset', () => {
  it('gives the samples that it was told, with their seeds', () => {
    const seen: unknown[] = [];
    const dataset = {
      length: 5,
      classes: ['a', 'b'],
      get(index: number, seed?: number) {
        seen.push([index, seed]);
        return numbered(5).get(index);
      },
    };
    const subset = new datasets.Subset(dataset, [4, 1, 4]);
    expect([subset.length, subset.classes]).to.deep.equal([3, ['a', 'b']]);
    expect((subset.get(0, 77) as Sample).label).to.equal(4);
    expect(seen).to.deep.equal([[4, 77]]);
    expect(labelsOf(new datasets.Subset(subset, [1]))).to.deep.equal([1]);
  });

  it('refuses indices that there are not', () => {
    expect(() => new datasets.Subset(numbered(3), [0, 3, -1, 0.5, 7, 8, 9])).to.throw(
      ZooError,
      "Subset: expected indices to be integers from 0 to 2, got 3, -1, 0.5, 7, 8, …. Choose among the data set's samples.",
    );
    expect(() => new datasets.Subset(numbered(3), [0, 1]).get(2)).to.throw(
      ZooError,
      'Subset: expected an index from 0 to 1, got 2. Count from 0 to below length.',
    );
  });
});

describe('randomSplit', () => {
  it('shares out every sample once, as the seed decides', () => {
    const parts = datasets.randomSplit(numbered(10), [7, 2, 1], { seed: 3 }).map(labelsOf);
    expect(parts.map((part) => part.length)).to.deep.equal([7, 2, 1]);
    expect(parts.flat().sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(parts.flat()).to.not.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(datasets.randomSplit(numbered(10), [7, 2, 1], { seed: 3 }).map(labelsOf)).to.deep.equal(parts);
    expect(datasets.randomSplit(numbered(10), [7, 2, 1], { seed: 4 }).map(labelsOf)).to.not.deep.equal(parts);
    manualSeed(1);
    const [first] = datasets.randomSplit(numbered(10), [0.5, 0.5]).map(labelsOf);
    manualSeed(1);
    expect(datasets.randomSplit(numbered(10), [0.5, 0.5]).map(labelsOf)[0]).to.deep.equal(first);
  });

  it('makes parts as large as PyTorch does', function () {
    const python = pythonWith('torch');
    if (!python) this.skip();
    const cases: [number, number[]][] = [
      [10, [0.3, 0.3, 0.4]],
      [11, [0.25, 0.25, 0.25, 0.25]],
      [7, [0.7, 0.2, 0.1]],
      [100, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
      [1, [0.5, 0.5]],
      [1, [1]],
      [9, [1]],
      [5, [0, 5, 0]],
      [3, [0.999, 0.001]],
    ];
    const script = `
import json, sys
from torch.utils.data import random_split
print(json.dumps([[len(part) for part in random_split(range(n), lengths)] for n, lengths in json.loads(sys.argv[1])]))`;
    const printed = execFileSync(python, ['-W', 'ignore', '-c', script, JSON.stringify(cases)], { encoding: 'utf8' });
    const own = cases.map(([length, lengths]) =>
      datasets.randomSplit(numbered(length), lengths).map((part) => part.length),
    );
    expect(own).to.deep.equal(JSON.parse(printed));
  });

  it('refuses lengths that do not fit', () => {
    expect(() => datasets.randomSplit(numbered(10), [7, 2])).to.throw(
      ZooError,
      'randomSplit: expected numbers of samples that sum to 10, or fractions that sum to 1, got [7, 2], which sum to 9. Correct the lengths.',
    );
    expect(() => datasets.randomSplit(numbered(10), [-0.5, 1.5])).to.throw('got [-0.5, 1.5], which sum to 1.');
    expect(() => datasets.randomSplit(numbered(10), [9.5, 0.5])).to.throw('got [9.5, 0.5], which sum to 10.');
  });
});
