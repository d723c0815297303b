import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallSet, writeFiles } from '../datasets/support.js';
import { lessonFolder, programOf } from './lesson.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = join(root, 'test/fixtures/docs');

/** A piece of code that the documentation shows. */
export interface CodeBlock {
  /** 'README.md:23' */
  readonly where: string;
  readonly code: string;
  /** What follows the language on the fence: '' runs in Node, 'page' in a page, 'lesson' in its own test, 'no-run (REASON)' nowhere. */
  readonly note: string;
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.startsWith('api'))
    .map((name) => `${folder}/${name}`);
}

/** The fenced blocks of a text in one of these languages. */
export function fencedBlocks(text: string, where: string, languages = /^(ts|js)$/, firstLine = 1): CodeBlock[] {
  return [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)]
    .filter(([, language]) => languages.test(language!))
    .map((match) => ({
      where: `${where}:${firstLine + text.slice(0, match.index).split('\n').length}`,
      note: match[2]!.trim(),
      code: match[3]!,
    }));
}

/** The blocks of README.md and docs. A lesson is one block of all that runs in it. */
export function markdownBlocks(): CodeBlock[] {
  return ['README.md', 'CONTRIBUTING.md', ...filesUnder('docs', '.md')].flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const blocks = fencedBlocks(text, file);
    if (!file.startsWith(`${lessonFolder}/`)) return blocks;
    const whole = { where: file, note: 'lesson', code: programOf(text) };
    return [...(whole.code === '' ? [] : [whole]), ...blocks.filter(({ note }) => note !== '')];
  });
}

/** The `@example`s of all docstrings. One without a fence is code as a whole. */
export function docstringExamples(): CodeBlock[] {
  return ['src', 'converters', 'weights']
    .flatMap((folder) => filesUnder(folder, '.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(/@example\b[^\n]*\n((?:\s*\*(?!\/)(?! @).*\n)*)/g)].flatMap((match) => {
        const line = text.slice(0, match.index).split('\n').length;
        const body = match[1]!.replace(/^\s*\* ?/gm, '');
        return body.includes('```')
          ? fencedBlocks(body, file, /^ts$/, line)
          : [{ where: `${file}:${line}`, note: '', code: body }];
      });
    });
}

/** A folder like a user's project: the package installed, and the files there that the documentation names. */
export function makeProject(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-docs-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/tfjs-zoo'), 'dir');
  for (const name of ['@tensorflow', 'tsx']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  cpSync(join(fixtures, 'alexnet.pth'), join(folder, 'alexnet.pth'));
  cpSync(join(fixtures, 'lenet.pth'), join(folder, 'lenet.pth'));
  cpSync(join(root, 'examples/images/rocket.jpg'), join(folder, 'cat.jpg'));
  for (const set of ['MNIST', 'FashionMNIST']) writeFiles(join(folder, 'data', set, 'raw'), smallSet());
  for (const name of ['daisy', 'rose']) cpSync(join(folder, 'cat.jpg'), join(folder, 'flowers', name, '1.jpg'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
