import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** For each folder, the folders it may import from. Imports point one way, so there can be no cycle between folders. */
const allowed: Record<string, string[]> = {
  'src/core': [],
  converters: ['src/core'],
  weights: ['src/core'],
  'src/transforms': ['src/core'],
  'src/nn': ['src/core'],
  'src/backends': ['src/core'],
  'src/visualize': ['src/core', 'src/nn'],
  'src/cli': [
    'src/core',
    'src/nn',
    'src/models',
    'src/backends',
    'src/transforms',
    'src/visualize',
    'converters',
    'weights',
  ],
  'src/models': ['src/core', 'src/nn', 'src/transforms', 'src/backends', 'converters', 'weights'],
};

const files = ['src', 'converters', 'weights'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(top, name)),
);

/** 'src/nn/conv.ts' → 'src/nn'; 'converters/pickle/vm.ts' → 'converters'. */
function folderOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'src' ? parts.slice(0, 2).join('/') : parts[0]!;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
}

describe('architecture', () => {
  for (const file of files) {
    const folder = folderOf(file);
    it(`${file} imports only what its folder may`, () => {
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) {
          const target = relative(root, join(root, dirname(file), specifier));
          expect(target, 'imports stay inside the package').not.to.match(/^\.\./);
          const targetFolder = folderOf(target);
          if (targetFolder === folder || !allowed[folder]) continue;
          expect(allowed[folder], `${file} imports ${specifier}`).to.include(targetFolder);
          expect(target, 'another folder is entered by its index only').to.match(/\/index\.js$/);
        } else if (/^(converters|weights|src\/(core|transforms))/.test(folder)) {
          const tfjsAllowed = folder === 'src/transforms';
          if (!tfjsAllowed) expect(specifier, `${folder} stays free of tfjs`).not.to.match(/^@tensorflow/);
        } else {
          expect(specifier, 'source imports tfjs-core; only src/backends the umbrella').not.to.match(
            folder === 'src/backends' ? /^$/ : /^@tensorflow\/tfjs$/,
          );
        }
      }
    });

    it(`${file} has at most 300 lines`, () => {
      expect(readFileSync(join(root, file), 'utf8').split('\n').length).to.be.at.most(301);
    });
  }
});
