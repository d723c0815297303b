import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { backends } from 'tfjs-zoo';
import type { CaseResult } from '../test/browser/golden-page.js';
import { backendNames } from '../test/support/backends.js';
import { FAMILIES, parseGolden } from '../test/support/golden.js';
import { checkGolden } from '../test/support/golden-check.js';
import { checkFamilyIn, serveGolden } from '../test/support/golden-site.js';
import { chromium } from '../test/support/tools.js';

// How far each module is from PyTorch, on each backend that this machine can run: `npm run -s fidelity > docs/fidelity.md`.

/** The largest errors of a module's cases on one backend. */
interface Row {
  cases: number;
  forward: number;
  gradients: number;
}

type Table = Map<string, Row>;

function add(table: Table, { module, name, errors, failure }: CaseResult): void {
  if (!errors) throw new Error(`${module} ${name}: ${failure}`);
  const row = table.get(module) ?? { cases: 0, forward: 0, gradients: 0 };
  row.cases++;
  row.forward = Math.max(row.forward, errors.forward);
  row.gradients = Math.max(row.gradients, errors.gradients);
  table.set(module, row);
}

async function measureInNode(backend: (typeof backendNames)[number]): Promise<Table> {
  await backends.use(backend);
  const table: Table = new Map();
  for (const family of FAMILIES) {
    const file = (ending: string) => readFileSync(new URL(`../test/fixtures/nn/${family}.${ending}`, import.meta.url));
    for (const golden of parseGolden(file('json').toString(), file('bin'))) {
      add(table, { module: golden.module, name: golden.name, errors: await checkGolden(golden) });
    }
  }
  return table;
}

async function measureInChromium(backend: string): Promise<Table> {
  const site = await serveGolden();
  const table: Table = new Map();
  try {
    const page = await site.open(backend);
    for (const family of FAMILIES) {
      for (const result of await checkFamilyIn(page, family)) add(table, result);
    }
  } finally {
    await site.close();
  }
  return table;
}

const tables = new Map<string, Table>();
for (const backend of backendNames) tables.set(backend, await measureInNode(backend));
for (const backend of chromium ? ['webgl', 'webgpu'] : []) tables.set(backend, await measureInChromium(backend));

const text = (error: number) => (error === 0 ? '0' : error.toExponential(0));
const names = [...tables.keys()];
const modules = [...tables.get('cpu')!.keys()].sort();
const lines = modules.map((module) => {
  const rows = names.map((backend) => tables.get(backend)!.get(module)!);
  const cells = rows.flatMap(({ forward, gradients }) => [text(forward), text(gradients)]);
  return `| ${[`\`${module}\``, rows[0]!.cases, ...cells].join(' | ')} |`;
});
const header = ['module', 'cases', ...names.flatMap((name) => [`${name}, forward`, `${name}, gradients`])];

console.log(`# How far each module is from PyTorch

Printed by \`npm run -s fidelity > docs/fidelity.md\` from tfjs ${tf.version_core}. PyTorch 1.13 computed the cases in float64
(\`test/fixtures/nn\`); here they are computed in float32. The largest error of each module is given, where an error is
|got − want| / (max(1, max|want|) + |want|). *Forward* holds the outputs and the buffers after training, *gradients* those of the input and
of the parameters. The tests fail above 1e-4, for the gradients of parameters above 2e-4.

webgl and webgpu are those of headless Chromium with a software GPU. The other backends run in Node, tensorflow as \`npm run setup:tensorflow\` installs it.

| ${header.join(' | ')} |
| ${header.map(() => '---').join(' | ')} |
${lines.join('\n')}`);
