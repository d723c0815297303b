import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { root } from '../docs/support.js';
import { launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

const { resolve } = createRequire(import.meta.url);

/** The program that a package's `bin` names. */
function programOf(name: string, file: string): string {
  return join(dirname(resolve(`${name}/package.json`)), file);
}

/** All files of a folder, by path under '/'. */
function filesIn(folder: string): Record<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const files = paths.filter((path) => statSync(path).isFile());
  return Object.fromEntries(files.map((path) => [`/${relative(folder, path)}`, readFileSync(path)]));
}

/** How each bundler makes a site of examples/bundlers, as its README says. */
const bundlers: Record<string, (folder: string) => Record<string, Uint8Array>> = {
  Vite(folder) {
    run(folder, programOf('vite', 'bin/vite.js'), 'build');
    return filesIn(join(folder, 'dist'));
  },
  webpack(folder) {
    const config = "import('./webpack.config.js').then(({ default: c }) => webpack(c, done))";
    const done =
      'const done = (error, stats) => { if (error || stats.hasErrors()) throw error ?? new Error(stats.toString()); }';
    run(folder, '--input-type=module', '-e', `import webpack from 'webpack'; ${done}; ${config}`);
    return { ...filesIn(join(folder, 'dist')), '/index.html': readFileSync(join(folder, 'index.html')) };
  },
  esbuild(folder) {
    const options = '--bundle --splitting --format=esm --minify --outdir=dist'.split(' ');
    execFileSync(programOf('esbuild', 'bin/esbuild'), ['app.js', 'main=tfjs-zoo/worker', ...options], {
      cwd: folder,
      stdio: 'pipe',
    });
    return { ...filesIn(join(folder, 'dist')), '/index.html': readFileSync(join(folder, 'index.html')) };
  },
  'no bundler'(folder) {
    const { '/no-bundler.html': html, '/app.js': app } = filesIn(folder);
    const shipped = Object.entries(filesIn(join(root, 'dist/page')));
    return {
      '/index.html': html!,
      '/app.js': app!,
      ...Object.fromEntries(shipped.map(([path, bytes]) => [`/node_modules/tfjs-zoo/dist/page${path}`, bytes])),
    };
  },
};

const photograph = readFileSync(join(root, 'examples/images/rocket.jpg'));

/** A copy of examples/bundlers, with the package as npm would put it there, and what it needs. */
function makeApp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-bundler-'));
  cpSync(join(root, 'examples/bundlers'), folder, { recursive: true });
  const target = join(folder, 'node_modules/tfjs-zoo');
  for (const name of ['package.json', 'dist']) cpSync(join(root, name), join(target, name), { recursive: true });
  for (const name of ['@tensorflow', '@noble', 'webpack']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return folder;
}

function run(folder: string, ...args: string[]): void {
  const { NODE_OPTIONS: _, ...env } = process.env;
  execFileSync(process.execPath, args, { cwd: folder, stdio: 'pipe', env });
}

describe('AlexNet in a page, by the built package (skipped without Chromium)', function () {
  this.timeout(120_000);
  let browser: Browser;
  before(needsChromium);
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it('is the program that docs/browser.md shows', () => {
    const [read, docs] = ['examples/bundlers/app.js', 'docs/browser.md'].map((name) =>
      readFileSync(join(root, name), 'utf8'),
    );
    expect(docs).to.include(read);
  });

  it("Vite: has the package's own weights too, and the page keeps those of each model", async () => {
    const folder = makeApp();
    try {
      writeFileSync(
        join(folder, 'app.js'),
        `import { backends, createClassifier } from 'tfjs-zoo';
         await backends.use('wasm');
         for (const name of ['efficientnet_lite0', 'lenet', 'efficientnet_lite0']) {
           const classifier = await createClassifier(name, { pretrained: true });
           const [best] = await classifier.classify('photo.jpg');
           document.body.append(best.label, '; ');
         }
         // It keeps them in idle moments.
         for (let count = -1; window.kept?.length !== count; await new Promise((resolve) => setTimeout(resolve, 300))) {
           count = window.kept?.length;
           const cache = await caches.open((await caches.keys())[0]);
           window.kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
         }
         window.isSettled = true;`,
      );
      const site = await serve({ ...bundlers.Vite!(folder), '/photo.jpg': photograph });
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      await page.goto(site.url);
      await page.waitForFunction('window.isSettled', undefined, { timeout: 60_000 }).catch(() => undefined);
      expect(failures).to.deep.equal([]);
      expect(await page.textContent('body')).to.match(/missile; .+; missile; /);
      const kept = await page.evaluate<string[]>('window.kept');
      const countOf = (model: string) => kept.filter((path) => path.includes(`/${model}/`)).length;
      expect([countOf('efficientnet_lite0'), countOf('lenet')], kept.join(' ')).to.deep.equal([4, 2]);
      await page.close();
      site.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('no bundler: comes from another site too, as from a CDN, worker and WebGPU included', async () => {
    const cdn = await serve(filesIn(join(root, 'dist')), { 'access-control-allow-origin': '*' });
    const site = await serve({
      '/index.html': `<body><script type="module">
        import '${cdn.url}page/webgpu.js';
        import { backends, createModel, createClassifier, tf } from '${cdn.url}page/tfjs-zoo.js';
        const { name } = await backends.use('webgpu');
        const model = (await createModel('lenet', { pretrained: true })).eval();
        const logits = await model.forward(tf.zeros([1, 28, 28, 1])).array();
        const classifier = await createClassifier('lenet', { pretrained: true, worker: { backend: 'wasm' } });
        const [{ label }] = await classifier.classify('photo.jpg');
        document.body.textContent = [name, logits[0].length, classifier.backend.name, label].join('; ') + '.';
      </script>`,
      '/photo.jpg': photograph,
    });
    const page = await browser.newPage();
    const failures: string[] = [];
    page.on('pageerror', ({ message }) => failures.push(message));
    await page.goto(site.url);
    await page
      .waitForFunction('/\\.$/.test(document.body.textContent.trim())', undefined, { timeout: 60_000 })
      .catch(() => undefined);
    expect(failures).to.deep.equal([]);
    expect(await page.textContent('body')).to.match(/^webgpu; 10; wasm; .+\.$/);
    await page.close();
    site.close();
    cdn.close();
  });

  it("Vite's dev server: the page classifies, in a worker", async () => {
    const folder = makeApp();
    cpSync(join(root, 'test/fixtures/docs/alexnet.pth'), join(folder, 'public/alexnet.pth'), { recursive: true });
    cpSync(join(root, 'examples/images/rocket.jpg'), join(folder, 'public/photo.jpg'), { recursive: true });
    const { NODE_OPTIONS: _, ...env } = process.env;
    const server = spawn(process.execPath, [programOf('vite', 'bin/vite.js'), '--port', '0', '--host', '127.0.0.1'], {
      cwd: folder,
      env,
    });
    try {
      const [url] = await new Promise<RegExpExecArray>((resolve, reject) => {
        let text = '';
        server.stdout.on('data', (piece) => {
          text += stripVTControlCharacters(String(piece));
          const address = /http:\/\/127[^\s]+/.exec(text);
          if (address) resolve(address);
        });
        server.on('exit', () => reject(new Error(`Vite ended: ${text}`)));
      });
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      await page.goto(url);
      await page
        .waitForFunction('/%$/.test(document.body.textContent.trim())', undefined, { timeout: 90_000 })
        .catch(() => undefined);
      expect(failures).to.deep.equal([]);
      expect((await page.textContent('body'))!.trim()).to.match(/: \d+\.\d %$/);
      await page.close();
    } finally {
      server.kill();
      rmSync(folder, { recursive: true });
    }
  });

  for (const [name, build] of Object.entries(bundlers)) {
    it(`${name}: builds, and the page classifies`, async () => {
      const folder = makeApp();
      try {
        const site = await serve({
          ...build(folder),
          '/alexnet.pth': readFileSync(join(root, 'test/fixtures/docs/alexnet.pth')),
          '/photo.jpg': photograph,
        });
        const page = await browser.newPage();
        const loaded: Promise<Buffer>[] = [];
        const failures: string[] = [];
        page.on('response', (response) => {
          if (response.url().endsWith('.js')) loaded.push(response.body().catch(() => Buffer.alloc(0)));
          if (!response.ok() && !response.url().endsWith('favicon.ico'))
            failures.push(`${response.status()} ${response.url()}`);
        });
        page.on('pageerror', ({ message }) => failures.push(message));
        await page.goto(site.url);
        await page
          .waitForFunction('/%$/.test(document.body.textContent)', undefined, { timeout: 60_000 })
          .catch(() => expect(failures, 'the page never answered').to.deep.equal(['nothing']));
        const text = await page.textContent('body');
        const scripts = await Promise.all(loaded);
        await page.close();
        site.close();
        expect(failures).to.deep.equal([]);
        expect(text).to.match(/^.+: \d+\.\d %$/);
        const kilobytes = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0) / 1000;
        console.log(`      ${name}: the page loaded ${scripts.length} scripts, ${kilobytes.toFixed(0)} kB gzipped`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
