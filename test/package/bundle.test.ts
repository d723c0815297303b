import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { BuildOptions, Metafile } from 'esbuild';
import { listModels } from 'tfjs-zoo';
import { makeProject, root } from '../docs/support.js';
import { bundleForPage } from '../support/browser.js';
import { readClassics } from '../support/classics.js';
import { readGoldenModels } from '../support/golden-models.js';

const minified: BuildOptions = { minify: true, external: ['@tensorflow/*'] };

/** A golden of each model of the zoo; of torchvision's classics the text is known by its hash. */
const models = listModels().flatMap((name) => readGoldenModels().find(({ model }) => model === name) ?? []);
const classics = listModels().flatMap((name) => readClassics().find(({ model }) => model === name) ?? []);

describe('the package', () => {
  let project: ReturnType<typeof makeProject>;
  before(() => {
    project = makeProject();
  });
  after(() => project.remove());

  /** Runs a module in the project with a Node of its own, without TypeScript and without the source condition. */
  function runInProject(name: string, code: string): string {
    writeFileSync(join(project.folder, name), code);
    return execFileSync(process.execPath, [name], { cwd: project.folder, encoding: 'utf8', env: cleanEnv() });
  }

  it('packs its code and nothing of its tests', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], {
      cwd: root,
      encoding: 'utf8',
    });
    const files: string[] = JSON.parse(output)[0].files.map(({ path }: { path: string }) => path);
    const folders = new Set(files.map((file) => (file.includes('/') ? file.split('/')[0] : file)));
    expect([...folders].filter((folder) => folder !== 'dist').sort()).to.deep.equal(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'converters', 'package.json', 'src', 'weights'].sort(),
    );
    expect(files.filter((file) => /\.test\.|fixtures|\.pth$/.test(file))).to.deep.equal([]);
  });

  it('prints as PyTorch does when it is minified, every model', async () => {
    const { code } = await bundleForPage(
      `import { models, nn } from 'tfjs-zoo';
       const options = ${JSON.stringify(Object.fromEntries([...models, ...classics].map(({ model, options }) => [model, options])))};
       const reprs = {};
       for (const [name, { load }] of Object.entries(models.zoo)) {
         const { build } = await load();
         reprs[name] = String(nn.skipInit(() => build(options[name])));
       }
       console.log(JSON.stringify(reprs));`,
      minified,
    );
    expect(code, 'class names are renamed').not.to.match(/class AlexNet\b/);
    const got: Record<string, string> = JSON.parse(runInProject('reprs.mjs', code));
    for (const { model, repr, reprBefore } of models) expect(got[model]).to.equal(reprBefore ?? repr);
    for (const { model, repr } of classics) {
      expect(createHash('sha256').update(got[model]!).digest('hex'), model).to.equal(repr);
    }
    expect(Object.keys(got)).to.have.length(models.length + classics.length);
  });

  it('brings nothing of Node or jimp into a page', async () => {
    const { metafile } = await bundleForPage(
      "export * from 'tfjs-zoo'; export * from 'tfjs-zoo/converters'; export * from 'tfjs-zoo/weights';",
      {
        ...minified,
        external: ['@tensorflow/*', 'node:*'],
      },
    );
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports.filter((path) => !path.startsWith('@tensorflow/'))).to.deep.equal([]);
    const inputs = Object.keys(metafile.inputs);
    expect(
      inputs.filter((path) => /jimp|-node\.[jt]s|weights\/node|undici|env-paths|\/cli\/|cli-progress/.test(path)),
    ).to.deep.equal([]);
  });

  it('brings the readers into a page only when there is a file to read', async () => {
    const { metafile } = await bundleForPage("export { createAlexNet } from 'tfjs-zoo';", {
      ...minified,
      splitting: true,
      outdir: 'out',
    });
    const first = firstLoad(metafile);
    expect(first.filter((path) => /converters/.test(path))).to.deep.equal([]);
    expect(first.some((path) => path.endsWith('src/nn/conv.ts'))).to.equal(true);
    expect(first.filter((path) => /functional\/loss|init\/matrices|upsampl/.test(path))).to.deep.equal([]);
  });

  it("brings wasm's binaries and loops into a page only when wasm starts", async () => {
    const { metafile } = await bundleForPage("export * from 'tfjs-zoo';", {
      ...minified,
      splitting: true,
      outdir: 'out',
    });
    const later = /wasm\/(binaries|on-simd|start-simd|program|pool)/;
    expect(Object.keys(metafile.inputs).filter((path) => later.test(path))).to.have.length(9);
    expect(firstLoad(metafile).filter((path) => later.test(path))).to.deep.equal([]);
  });

  it('runs as it is built, in plain Node (skipped where it is not built)', function () {
    if (!existsSync(join(root, 'dist/src/index.js'))) this.skip();
    const output = runInProject(
      'dist.mjs',
      `import { backends, nn } from 'tfjs-zoo';
       import { readCheckpoint } from 'tfjs-zoo/converters';
       await backends.use('cpu');
       const { stateDict } = await readCheckpoint('lenet.pth');
       console.log(String(new nn.Linear(2, 3)), stateDict.size);`,
    );
    expect(output).to.equal('Linear(in_features=2, out_features=3, bias=True) 6\n');
  });

  it('decodes images on threads, which keep no process alive (skipped where it is not built)', function () {
    if (!existsSync(join(root, 'dist/src/index.js'))) this.skip();
    mkdirSync(join(project.folder, 'images/cat'), { recursive: true });
    copyFileSync(join(project.folder, 'cat.jpg'), join(project.folder, 'images/cat/1.jpg'));
    const output = runInProject(
      'threads.mjs',
      `import { datasets } from 'tfjs-zoo';
       let threads = 0;
       process.on('worker', () => threads++);
       const set = await datasets.ImageFolder.load('images');
       console.log((await set.get(0)).input.width, threads);`,
    );
    expect(output).to.equal('640 1\n');
  });
});

/** The sources that a bundle's entry brings with all that it imports at once. */
function firstLoad({ outputs }: Metafile): string[] {
  const seen = new Set<string>();
  const visit = (path: string) => {
    const output = outputs[path];
    if (!output || seen.has(path)) return;
    seen.add(path);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') visit(imported);
  };
  visit(Object.keys(outputs).find((path) => outputs[path]!.entryPoint === '<stdin>')!);
  return [...seen].flatMap((path) =>
    Object.entries(outputs[path]!.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
}

/** Without what mocha's own Node was told. */
function cleanEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}
