import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { transforms } from 'tfjs-zoo';
import { readJson } from '../transforms/support.js';
import { root } from './support.js';

const page = readFileSync(join(root, 'docs/transforms.md'), 'utf8');

/** The cells of the table whose first heading cell is this. */
function rowsUnder(heading: string): string[][] {
  const table = page.split('\n\n').find((text) => text.split(/\s*\|\s*/)[1] === heading)!;
  const lines = table.trimEnd().split('\n').slice(2);
  return lines.map((line) =>
    line
      .replaceAll('`', '')
      .split(/\s*\|\s*/)
      .slice(1, -1),
  );
}

/** How many cases there are of an op. */
function countCases(cases: readonly { op: string }[], name: string): string {
  return String(cases.filter(({ op }) => op === name).length);
}

describe('docs/transforms.md', () => {
  it('lists every transform that is exported, and no other as there', () => {
    const exported = Object.entries(transforms)
      .filter(([, value]) => typeof value === 'function' && typeof value.prototype?.apply === 'function')
      .map(([name]) => name);
    const there = rowsUnder('torchvision.transforms').filter(([, here]) => here !== 'not there');
    expect([...there.map(([name]) => name!), 'ImageClassification'].sort()).to.deep.equal(exported.sort());
    for (const [name, here, note] of there) {
      if (here !== 'ours') expect(here, name).to.equal(note === '' ? 'there' : 'there, with a difference');
    }
  });

  it('lists every op, with the number of its cases', () => {
    const { images, tensors } = readJson('augment.json');
    const rows = rowsUnder('transforms.functional');
    expect(rows.map(([name]) => name!).sort()).to.deep.equal(Object.keys(transforms.functional).sort());
    for (const [name, ofImages, ofTensors] of rows) {
      expect([ofImages, ofTensors], name).to.deep.equal([countCases(images, name!), countCases(tensors, name!)]);
    }
  });
});
