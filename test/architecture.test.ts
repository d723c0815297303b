import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  'src/visualize': ['src/core', 'src/nn', 'src/transforms'],
  'src/datasets': ['src/core', 'src/transforms', 'weights'],
  'src/training': [
    'src/core',
    'src/nn',
    'src/models',
    'src/transforms',
    'src/datasets',
    'src/backends',
    'src/visualize',
    'converters',
  ],
  'src/cli': [
    'src/core',
    'src/nn',
    'src/models',
    'src/backends',
    'src/transforms',
    'src/visualize',
    'src/datasets',
    'src/training',
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

/** Why `file` may not import `specifier`; undefined where it may. */
function objection(file: string, specifier: string): string | undefined {
  const folder = folderOf(file);
  if (!specifier.startsWith('.')) {
    if (/^(converters|weights|src\/core)$/.test(folder)) {
      return specifier.startsWith('@tensorflow/') ? `${folder} stays free of tfjs` : undefined;
    }
    const isUmbrella = specifier === '@tensorflow/tfjs';
    return isUmbrella && folder !== 'src/backends' ? 'only src/backends imports the umbrella' : undefined;
  }
  const target = join(dirname(file), specifier);
  if (target.startsWith('..')) return 'imports stay inside the package';
  const targetFolder = folderOf(target);
  if (targetFolder === folder || !allowed[folder]) return undefined;
  if (!allowed[folder].includes(targetFolder)) return `${folder} may not import ${targetFolder}`;
  return target.endsWith('/index.js') ? undefined : 'another folder is entered by its index only';
}

describe('architecture', () => {
  for (const folder of Object.keys(allowed)) {
    it(`${folder} imports only what it may`, () => {
      const own = files.filter((file) => folderOf(file) === folder);
      expect(own).to.not.deep.equal([]);
      const objections = own.flatMap((file) =>
        importsOf(file)
          .map((specifier) => [file, specifier, objection(file, specifier)])
          .filter(([, , reason]) => reason !== undefined),
      );
      expect(objections).to.deep.equal([]);
    });
  }

  it('has a rule for every folder', () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== 'src/index.ts'));
    expect([...folders].sort()).to.deep.equal(Object.keys(allowed).sort());
  });

  it('never waits for a GPU: nothing reads a tensor synchronously', () => {
    const reading = files.filter((file) => /\b(data|array|bytes)Sync\(/.test(readFileSync(join(root, file), 'utf8')));
    expect(reading).to.deep.equal([]);
  });

  it("keeps Node's modules to the command line and the code that the node condition chooses", () => {
    const using = files.filter((file) => importsOf(file).some((specifier) => specifier.startsWith('node:')));
    // Those of src/backends/wasm name types only, which are erased.
    expect(using.filter((file) => !/^src\/cli\/|^weights\/node\/|-node\.ts$/.test(file))).to.deep.equal([]);
  });

  it('enters weights/node by the node condition, or from the command line', () => {
    const entering = files.filter((file) => importsOf(file).some((specifier) => specifier.includes('/node/')));
    expect(entering.filter((file) => !file.startsWith('src/cli/'))).to.deep.equal([]);
  });

  it('has no file of more than 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length > 300);
    expect(long).to.deep.equal([]);
  });
});
