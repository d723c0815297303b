import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { WeightsEntry } from 'tfjs-zoo/weights';
import { type Answer, type FileServer, ranged, serveFile, slow, stalled } from '../support/file-server.js';
import { sha256, withoutOurVariables } from '../weights/support.js';
import { type Outcome, outcomeOf, program, root, runNode, temporaryFolder, writeLenet } from './support.js';

const image = 'examples/images/rocket.jpg';
const register = ['--import', './test/cli/register-weights.mjs'];

describe('tfjs-zoo classify without --weights', () => {
  withoutOurVariables();
  const temporary = temporaryFolder();
  const file = readFileSync(writeLenet(temporary));
  const cache = join(temporary, 'cache');
  const name = `model-${sha256(file).slice(0, 8)}.pth`;
  let server: FileServer | undefined;
  beforeEach(() => mkdirSync(cache));
  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(cache, { recursive: true });
  });

  async function serve(...answers: Answer[]): Promise<WeightsEntry> {
    server = await serveFile(file, ...answers);
    return {
      model: 'lenet',
      name: 'DIGITS',
      isDefault: true,
      url: server.url,
      sha256: sha256(file),
      size: { bytes: file.length },
      categories: Array.from('abcdefg'),
    };
  }

  const envFor = (entry: WeightsEntry) => ({
    ...process.env,
    TFJS_ZOO_CACHE: cache,
    TFJS_ZOO_TEST_ENTRY: JSON.stringify(entry),
  });

  function classify(entry: WeightsEntry, ...words: string[]): Promise<Outcome> {
    const all = [...register, ...program, 'classify', image, '--model', entry.model, ...words];
    return runNode(all, { env: envFor(entry) });
  }

  it('downloads them, once', async () => {
    const entry = await serve();
    for (let i = 0; i < 2; i++) {
      const { code, stdout, stderr } = await classify(entry);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/^ {2}[a-g] {2} +[\d.]+%/m);
    }
    expect(server!.asked).to.deep.equal(['all']);
    expect(readdirSync(cache).sort()).to.deep.equal([name, `${name}.record`]);
  });

  it('downloads them from a mirror', async () => {
    const entry = await serve();
    const mirror = entry.url.replace('/model.pth', '');
    const { code, stderr } = await classify(
      { ...entry, url: 'http://no-such-host.invalid/model.pth' },
      '--mirror',
      mirror,
    );
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(server!.asked).to.deep.equal(['all']);
  });

  it('says in one line what was tried and how to go on, where there is no network', async () => {
    const entry: WeightsEntry = {
      model: 'alexnet',
      name: 'IMAGENET1K_V1',
      isDefault: true,
      url: 'http://no-such-host.invalid/alexnet-owt-7be5be79.pth',
      sha256: '7be5be79',
      size: { mebibytes: 233.087 },
    };
    const { code, stdout, stderr } = await classify(entry);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(
      /^tfjs-zoo classify: pretrained: expected the weights IMAGENET1K_V1 of alexnet \(233\.1 MiB\), got none from http:\/\/no-such-host\.invalid\/alexnet-owt-7be5be79\.pth \((ENOTFOUND|EAI_AGAIN): [^)]+\)\. Name a mirror \(--mirror, option mirror, or TFJS_ZOO_MIRROR\), or pass a file of your own as weights \(--weights FILE\)\.\n$/,
    );
    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it('goes on after Ctrl-C where it ended, and leaves no lock', async () => {
    const entry = await serve(slow(10_000, 150), ranged);
    const words = [...register, ...program, 'classify', image, '--model', 'lenet'];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: envFor(entry) });
    const outcome = outcomeOf(child);
    const partial = join(cache, `${name}.partial`);
    while (!existsSync(partial) || readFileSync(partial).length === 0) await new Promise((r) => setTimeout(r, 10));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect([code, stdout, stderr]).to.deep.equal([130, '', '']);
    expect(readdirSync(cache).sort()).to.deep.equal([`${name}.partial`, `${name}.source`]);
    const next = await classify(entry);
    expect([next.code, next.stderr]).to.deep.equal([0, '']);
    expect(server!.asked[1]).to.match(/^bytes=\d+0000-$/);
  });

  describe('and tfjs-zoo cache', () => {
    const run = (...words: string[]) =>
      runNode([...program, 'cache', ...words], { env: { ...process.env, TFJS_ZOO_CACHE: cache } });

    it('lists what was downloaded, and removes it', async () => {
      expect((await run()).stdout).to.equal(`No weights in ${cache}\n`);
      const entry = await serve();
      await classify(entry);
      const { code, stdout, stderr } = await run('list');
      expect([code, stderr]).to.deep.equal([0, '']);
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).to.match(/^File +Model +Weights +Size +State$/);
      expect(stdout).to.match(new RegExp(`^${name} +lenet +DIGITS +24\\d\\.\\d KiB +complete$`, 'm'));
      expect(lines.at(-1)).to.match(/^24\d\.\d KiB in /);
      expect(JSON.parse((await run('--json')).stdout)).to.deep.equal({
        folder: cache,
        files: [
          {
            name,
            path: join(cache, name),
            state: 'complete',
            bytes: file.length,
            model: 'lenet',
            weights: 'DIGITS',
            isInUse: false,
          },
        ],
      });
      const removed = await run('remove', 'lenet');
      expect([removed.code, removed.stderr]).to.deep.equal([0, '']);
      expect(removed.stdout.startsWith(`Removed ${name} (24`), removed.stdout).to.equal(true);
      expect(readdirSync(cache)).to.deep.equal([]);
    });

    it('removes the beginnings of downloads too', async () => {
      const entry = await serve(stalled(1000));
      const child = spawn(process.execPath, [...register, ...program, 'classify', image, '--model', 'lenet'], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: envFor(entry),
      });
      const outcome = outcomeOf(child);
      const partial = join(cache, `${name}.partial`);
      while (!existsSync(partial) || readFileSync(partial).length === 0) await new Promise((r) => setTimeout(r, 10));
      const busy = await run('remove', '--all');
      expect([busy.code, busy.stdout]).to.deep.equal([1, 'Removed nothing (0 B)\n']);
      expect(busy.stderr).to.equal(
        `tfjs-zoo cache: expected a file that is not in use, got ${name}, which a process is downloading. Wait for it, or stop it.\n`,
      );
      child.kill('SIGKILL');
      await outcome;
      expect((await run()).stdout).to.match(/ partial$/m);
      expect(JSON.parse((await run('remove', '--all', '--json')).stdout)).to.deep.equal({
        removed: [name],
        bytes: 1000,
      });
      expect(readdirSync(cache)).to.deep.equal([]);
    });

    it('prints its folder', async () => {
      expect(await run('path')).to.deep.equal({ code: 0, stdout: `${cache}\n`, stderr: '' });
      expect(JSON.parse((await run('path', '--json')).stdout)).to.deep.equal({ folder: cache });
    });

    const wrong: readonly (readonly [words: string, code: number, message: string])[] = [
      ['clear', 2, "expected an action among list, remove, path, got 'clear'. See tfjs-zoo cache --help."],
      ['list x', 2, "expected nothing behind list, got 'x'. See tfjs-zoo cache --help."],
      ['path --all', 2, 'expected --all alone behind remove. See tfjs-zoo cache --help.'],
      ['remove x --all', 2, 'expected --all alone behind remove. See tfjs-zoo cache --help.'],
      ['remove', 2, 'expected the names to remove, or --all, got none. See tfjs-zoo cache --help.'],
      ['remove x', 1, "expected a file or model among no files, got 'x'. See tfjs-zoo cache."],
    ];
    for (const [words, code, message] of wrong) {
      it(`exits with ${code} and one line when called as: tfjs-zoo cache ${words}`, async () => {
        const outcome = await run(...words.split(' '));
        expect(outcome).to.deep.equal({ code, stdout: '', stderr: `tfjs-zoo cache: ${message}\n` });
      });
    }
  });
});
