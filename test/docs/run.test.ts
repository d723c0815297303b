import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import * as zoo from 'tfjs-zoo';
import * as converters from 'tfjs-zoo/converters';
import * as weights from 'tfjs-zoo/weights';
import ts from 'typescript';
import { type CodeBlock, docstringExamples, makeProject, markdownBlocks, root } from './support.js';

/** What an example may use without saying where it comes from: the package's names, a picture and a tensor. */
const prelude = [
  "import * as tf from '@tensorflow/tfjs';",
  "import { readFile } from 'node:fs/promises';",
  ...[
    [zoo, 'tfjs-zoo'] as const,
    [zoo.transforms, 'tfjs-zoo/transforms'] as const,
    [converters, 'tfjs-zoo/converters'] as const,
    [weights, 'tfjs-zoo/weights'] as const,
  ].map(([names, module], index, all) => {
    // Some names, such as the errors, are exported in several places.
    const before = new Set(all.slice(0, index).flatMap(([earlier]) => Object.keys(earlier)));
    const own = Object.keys(names).filter((name) => !before.has(name));
    return `import { ${own.join(', ')} } from '${module}';`;
  }),
  "const image = await loadImage('cat.jpg');",
  'const x = new ToTensor().apply(image);',
].join('\n');

/** Whether it says where its names come from, and so is a whole program. */
function isProgram({ code }: CodeBlock): boolean {
  return /^import\b/m.test(code);
}

function toModule(block: CodeBlock): string {
  const { code } = block;
  return isProgram(block) ? code : `${prelude}\n{\n${code}\n}\nexport {};\n`;
}

/** What the comments beside its console.log calls say that it prints. */
function announced({ code }: CodeBlock): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text!.replaceAll('\\n', '\n'));
}

/** Runs a program in a process of its own, as its reader would, and returns what it printed. */
function runProgram(file: string): string[] {
  const output = execFileSync(process.execPath, ['--conditions=tfjs-zoo-source', '--import=tsx', file], {
    encoding: 'utf8',
  });
  return output.trimEnd().split('\n');
}

/** Runs a module here, and returns what it printed, arrays as [1, 2]. */
async function runHere(file: string): Promise<string[]> {
  const printed: string[] = [];
  const log = console.log;
  console.log = (...values) => {
    const texts = values.map((value) =>
      typeof value === 'string' ? value : inspect(value, { breakLength: Infinity }),
    );
    printed.push(texts.join(' ').replace(/^\[ (.*) \]$/s, '[$1]'));
  };
  try {
    await import(pathToFileURL(file).href);
  } finally {
    console.log = log;
  }
  return printed;
}

function disposeVariablesSince(before: ReadonlySet<string>): void {
  for (const [name, variable] of Object.entries(tf.engine().state.registeredVariables)) {
    if (!before.has(name)) variable.dispose();
  }
}

/** The complaints of the compiler about these files, under the project's own settings. */
function typeErrors(files: readonly string[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const typeRoots = [join(root, 'node_modules/@types')];
  const program = ts.createProgram(files, { ...options, types: ['node'], typeRoots });
  const errors = new Map<string, string[]>();
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const key = file?.fileName ?? '';
    errors.set(key, [...(errors.get(key) ?? []), ts.flattenDiagnosticMessageText(messageText, '\n')]);
  }
  return errors;
}

const blocks = [...markdownBlocks(), ...docstringExamples()];
const marked = blocks.filter(({ note }) => note.startsWith('no-run'));
const runnable = blocks.filter(({ note }) => note === '');

describe('the code in the documentation', () => {
  let project: ReturnType<typeof makeProject>;
  const home = process.cwd();
  const fileOf = (block: CodeBlock) => join(project.folder, `${block.where.replaceAll(/[/:]/g, '-')}.ts`);

  before(() => {
    project = makeProject();
    for (const block of blocks) writeFileSync(fileOf(block), toModule(block));
    process.chdir(project.folder);
  });
  beforeEach(() => zoo.backends.use('wasm'));
  after(() => {
    process.chdir(home);
    project.remove();
  });

  it('is there, and what must not run says why', () => {
    expect(runnable.length).to.be.greaterThan(15);
    for (const { where, note } of marked) expect(note, where).to.match(/^no-run \(.{10,}\)$/);
    expect(blocks.map(({ note }) => note.split(' ')[0])).to.satisfy((notes: string[]) =>
      notes.every((note) => ['', 'page', 'lesson', 'no-run'].includes(note)),
    );
  });

  it('has no type errors', () => {
    const errors = typeErrors(blocks.map(fileOf));
    expect(Object.fromEntries(errors)).to.deep.equal({});
  });

  for (const block of runnable) {
    it(`runs: ${block.where}`, async () => {
      const before = new Set(Object.keys(tf.engine().state.registeredVariables));
      const printed = isProgram(block) ? runProgram(fileOf(block)) : await runHere(fileOf(block));
      disposeVariablesSince(before);
      const promised = announced(block);
      if (promised.length > 0) expect(printed).to.deep.equal(promised);
    });
  }
});
