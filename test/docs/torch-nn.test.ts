import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { root } from './support.js';

interface Row {
  readonly name: string;
  readonly here: string;
  readonly note: string;
}

const page = readFileSync(join(root, 'docs/torch-nn.md'), 'utf8');

/** The rows of the tables whose first heading cell is this, as `| \`Conv2d\` | there | |`. */
function rowsUnder(heading: string): Row[] {
  const tables = page.split('\n\n').filter((text) => text.split(/\s*\|\s*/)[1] === heading);
  return tables.flatMap((table) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((line) => {
        const [name, here, note] = line.split(/\s*\|\s*/).slice(1);
        return { name: name!.replaceAll('`', ''), here: here!, note: note! };
      }),
  );
}

/** All that PyTorch offers, by make_torch_names.py. */
const torch = JSON.parse(readFileSync(join(root, 'test/fixtures/docs/torch-names.json'), 'utf8'));

/** 'adaptive_avg_pool2d' → 'adaptiveAvgPool2d', 'kaiming_normal_' → 'kaimingNormal' */
function camelCase(name: string): string {
  return name.replace(/_$/, '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function checkTable(heading: string, names: readonly string[], ours: object, nameHere: (name: string) => string): void {
  const rows = rowsUnder(heading);
  expect(rows.map(({ name }) => name).sort()).to.deep.equal([...names].sort());
  for (const { name, here, note } of rows) {
    if (nameHere(name) in ours) {
      expect(here, name).to.equal(note === '' ? 'there' : 'there, with a difference');
    } else {
      expect(here, name).to.equal('not there');
    }
  }
}

describe('docs/torch-nn.md', () => {
  it('tells of every module of torch.nn whether it is exported here', () => {
    checkTable('torch.nn', torch.modules, nn, (name) => name);
  });

  it('tells of every function of torch.nn.functional whether it is exported here', () => {
    checkTable('torch.nn.functional', torch.functions, nn.functional, camelCase);
  });

  it('tells of every function of torch.nn.init whether it is exported here', () => {
    checkTable('torch.nn.init', torch.initializers, nn.init, camelCase);
  });

  it('lists every module that is exported', () => {
    const isModule = (value: unknown) =>
      typeof value === 'function' && (value === nn.Module || value.prototype instanceof nn.Module);
    const modules = Object.entries(nn).filter(([, value]) => isModule(value));
    expect(torch.modules).to.include.members(modules.map(([name]) => name));
  });
});
