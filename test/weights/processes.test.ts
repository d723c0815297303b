import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { acquireLock, isLocked, tryLock } from '../../weights/node/lock.js';
import * as answers from '../support/file-server.js';
import { Bench, rejection } from './support.js';

describe('processes that want the same weights', function () {
  this.timeout(60_000);
  const bench = new Bench();

  function start(url: string): ChildProcess {
    const task = JSON.stringify({ entry: bench.entry(url), cacheFolder: bench.folder });
    const options = ['--conditions=tfjs-zoo-source', '--import=tsx', 'test/weights/fetch-child.mjs', task];
    return spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async function finish(child: ChildProcess): Promise<string> {
    let output = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    await once(child, 'close');
    return output;
  }

  it('eight at once download it once', async () => {
    const server = await bench.serve(answers.slow(10_000, 50));
    const outputs = await Promise.all(Array.from({ length: 8 }, () => finish(start(server.url))));
    for (const output of outputs) expect(output).to.include(bench.path());
    expect(server.asked).to.deep.equal(['all']);
    expect(bench.isCached).to.equal(true);
    expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
  });

  it('the next goes on where a killed one ended, and at once', async () => {
    const server = await bench.serve(answers.slow(5000, 20), answers.ranged);
    const killed = start(server.url);
    await once(killed.stderr!, 'data');
    const waiting = bench.fetch(bench.entry(server.url));
    killed.kill('SIGKILL');
    await once(killed, 'close');
    await waiting;
    expect(server.asked[1]).to.match(/^bytes=\d{5}-$/);
    expect(server.asked).to.have.length(2);
    expect(bench.isCached).to.equal(true);
    expect(bench.names()).to.deep.equal([bench.name, `${bench.name}.record`]);
  });

  it('one of them, twice at once, downloads it once', async () => {
    const server = await bench.serve(answers.slow(20_000, 20));
    const stages = new Set<string>();
    const options = { onProgress: ({ stage }: { stage: string }) => stages.add(stage) };
    const entry = bench.entry(server.url);
    const [one, other] = await Promise.all([bench.fetch(entry, options), bench.fetch(entry, options)]);
    expect(one).to.equal(other);
    expect(server.asked).to.deep.equal(['all']);
    expect([...stages].sort()).to.deep.equal(['downloading', 'waiting']);
  });

  it('stop waiting when they are told to', async () => {
    mkdirSync(bench.folder, { recursive: true });
    const lock = await acquireLock(bench.path('.lock'));
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const waiting = bench.fetch(bench.entry('http://127.0.0.1:9/model.pth'), { signal: controller.signal });
    expect(await rejection(waiting)).to.equal(reason);
    await lock.release();
    expect(bench.names()).to.deep.equal([]);
  });
});

describe('a lock', () => {
  const bench = new Bench();
  let path: string;
  beforeEach(() => {
    mkdirSync(bench.folder, { recursive: true });
    path = bench.path('.lock');
  });

  /** A lock as another left it. */
  function leave(changes: object, age = 0): void {
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...owner, ...changes }));
    const then = new Date(Date.now() - age);
    utimesSync(path, then, then);
  }

  it('is one process at a time, and gone with it', async () => {
    const lock = await tryLock(path);
    expect([await tryLock(path), await isLocked(path)]).to.deep.equal([undefined, true]);
    await lock!.release();
    expect([await isLocked(path), bench.names()]).to.deep.equal([false, []]);
  });

  it('that is abandoned and cannot be taken over is an error, not a wait without end', async () => {
    // The name is as long as one can be, and that of the file beside it too long.
    const long = join(bench.folder, 'x'.repeat(255));
    await tryLock(long);
    const then = new Date(Date.now() - 60_000);
    utimesSync(long, then, then);
    expect((await rejection(acquireLock(long))).message).to.match(/^ENAMETOOLONG: .*x\.taking'$/);
  });

  const kept: readonly (readonly [what: string, changes: object, age: number])[] = [
    ['of a living process', { id: 'other', pid: process.ppid }, 0],
    ['of another host that shows life', { id: 'other', host: 'elsewhere', pid: 2 ** 22 + 1 }, 20_000],
  ];
  for (const [what, changes, age] of kept) {
    it(`${what} is kept`, async () => {
      await tryLock(path);
      leave(changes, age);
      expect(await tryLock(path)).to.equal(undefined);
    });
  }

  const abandoned: readonly (readonly [what: string, changes: object, age: number])[] = [
    ['of a process of this host that is gone', { id: 'other', pid: 2 ** 22 + 1 }, 0],
    ['of another host that shows no life', { id: 'other', host: `not ${hostname()}` }, 60_000],
    ['of a process id that another process has now', { id: 'other', pid: process.ppid }, 60_000],
  ];
  for (const [what, changes, age] of abandoned) {
    it(`${what} is taken by one of many`, async () => {
      const first = await tryLock(path);
      leave(changes, age);
      expect(await isLocked(path)).to.equal(false);
      const locks = (await Promise.all(Array.from({ length: 20 }, () => tryLock(path)))).filter(Boolean);
      expect(locks.length).to.be.at.most(1);
      const lock = locks[0] ?? (await tryLock(path));
      await first!.release();
      expect(await isLocked(path), 'the first one does not release what is no longer its own').to.equal(true);
      await lock!.release();
      expect(bench.names()).to.deep.equal([]);
    });
  }

  it('that is torn, or of one who died while taking over, is taken when it is old', async () => {
    for (const text of ['', '{']) {
      writeFileSync(path, text);
      expect(await tryLock(path)).to.equal(undefined);
      const then = new Date(Date.now() - 60_000);
      utimesSync(path, then, then);
      writeFileSync(`${path}.taking`, '');
      utimesSync(`${path}.taking`, then, then);
      expect(await tryLock(path)).to.equal(undefined);
      const lock = await tryLock(path);
      await lock!.release();
    }
    expect(bench.names()).to.deep.equal([]);
  });
});
