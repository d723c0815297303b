import type * as threads from 'node:worker_threads';
import { expect } from 'chai';
import { packed } from '../../../src/backends/wasm/binaries/loops-shared.js';
import { type Exports, onThreads } from '../../../src/backends/wasm/pool.js';
import { unpack } from '../../../src/backends/wasm/unpack.js';

const MUCH = 2 ** 22; // numbers, which make other threads worth waking
const [SOURCE, TARGET] = [4096, 32768];

async function startPool() {
  const module = await WebAssembly.compile(await unpack(packed));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, pool: await onThreads(exports as unknown as Exports, module, memory, [0, 2048, 3072]) };
}

type WorkerClass = typeof threads.Worker;

/** Runs something where threads are of another class than Node's. */
async function withWorker<T>(other: (Worker: WorkerClass) => WorkerClass, run: () => Promise<T>): Promise<T> {
  const builtin = process.getBuiltinModule('node:worker_threads') as { Worker: WorkerClass };
  const { Worker } = builtin;
  builtin.Worker = other(Worker);
  try {
    return await run();
  } finally {
    builtin.Worker = Worker;
  }
}

/** Does nothing else for so many milliseconds. */
function wait(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

describe('the threads of our own loops', () => {
  it('compute the same as one, awake and asleep', async () => {
    const { memory, pool } = await startPool();
    expect(pool.threads).to.equal(3);
    const values = new Float32Array(memory.buffer);
    for (let i = 0; i < 64 * 64; i++) values[SOURCE / 4 + i] = i;
    let isRight = true;
    for (let round = 0; round < 200; round++) {
      if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5)); // long enough for them to sleep
      values.fill(0, TARGET / 4, TARGET / 4 + 64 * 64);
      pool.run('transpose', [SOURCE, TARGET, 64, 64], 64, MUCH);
      for (let i = 0; i < 64 * 64; i++) isRight &&= values[TARGET / 4 + (i % 64) * 64 + Math.floor(i / 64)] === i;
    }
    pool.stop();
    expect(isRight).to.equal(true);
  });

  it('do the work of a round once, where they are woken for it after they did it', async () => {
    // As on a busy machine, where every thread may have to wait anywhere: the others before they take a piece, this one below.
    const slowly = `
      const { add } = Atomics;
      Atomics.add = (...args) => {
        for (const until = performance.now() + 0.5; performance.now() < until; );
        return add(...args);
      };`;
    const slow = (Worker: WorkerClass) =>
      class extends Worker {
        constructor(code: string, options: threads.WorkerOptions) {
          super(slowly + code, options);
        }
      };
    const { memory, pool } = await withWorker(slow, startPool);
    const bytes = 4 * 1024 * 1024;
    memory.grow(3 * (bytes / 65536));
    const [source, target, elsewhere] = [65536, 65536 + bytes, 65536 + 2 * bytes];
    new Float32Array(memory.buffer, source, bytes / 4).fill(1);
    const values = new Float32Array(memory.buffer, target, bytes / 4);
    const { notify } = Atomics;
    let isRight = true;
    for (let round = 0; round < 40; round++) {
      values.fill(0);
      pool.run('transpose', [source, elsewhere, 1024, 1024], 1024, MUCH); // behind which they are awake
      Atomics.notify = ((...args: Parameters<typeof notify>) => {
        wait(20); // Meanwhile they do the work, and go to sleep.
        const woken = notify(...args);
        wait(0.3); // Meanwhile they wake up.
        return woken;
      }) as typeof notify;
      pool.run('transpose', [source, elsewhere, 1024, 1024], 1024, MUCH);
      Atomics.notify = notify;
      pool.run('transpose', [source, target, 1024, 1024], 1024, MUCH);
      isRight &&= values.every((value) => value === 1);
    }
    pool.stop();
    expect(isRight).to.equal(true);
  });

  it('say so where they fail, and work again', async () => {
    const { memory, pool } = await startPool();
    const values = new Float32Array(memory.buffer);
    values.fill(1, SOURCE / 4, SOURCE / 4 + 64 * 64);
    const outside = 2 ** 31;
    for (let round = 0; round < 10; round++) {
      expect(() => pool.run('transpose', [SOURCE, outside, 64, 64], 64, MUCH)).to.throw(
        /memory access out of bounds|^transpose: expected all threads to finish, got [12] that failed\.$/,
      );
      values.fill(0, TARGET / 4, TARGET / 4 + 64 * 64);
      pool.run('transpose', [SOURCE, TARGET, 64, 64], 64, MUCH);
      expect(values.subarray(TARGET / 4, TARGET / 4 + 64 * 64).every((value) => value === 1)).to.equal(true);
    }
    pool.stop();
  });

  for (const [when, isAtOnce] of [
    ['at once', true],
    ['a little later', false],
  ] as const) {
    it(`say so where one fails ${when}, and the others end`, async () => {
      const ends: Promise<unknown>[] = [];
      const failing = (Worker: WorkerClass) =>
        class extends Worker {
          constructor(code: string, options: threads.WorkerOptions) {
            const isFirst = ends.length === 0;
            if (isAtOnce && !isFirst) throw new Error('EAGAIN');
            super(isFirst ? code : "throw new Error('EAGAIN')", options);
            ends.push(new Promise((resolve) => this.once('exit', resolve)));
          }
        };
      const start = () => startPool().then(String, (error: Error) => error.message);
      expect(await withWorker(failing, start)).to.equal('EAGAIN');
      await Promise.all(ends);
    });
  }
});
