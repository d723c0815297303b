import { spawnSync } from 'node:child_process';
import type * as threads from 'node:worker_threads';
import { expect } from 'chai';
import { type Exports, onThreads } from '../../../src/backends/wasm/pool-node.js';
import * as binary from '../../../src/backends/wasm/simd-binary.js';

const MUCH = 2 ** 22; // numbers, which make other threads worth waking
const [SOURCE, TARGET] = [4096, 32768];

function makePool() {
  const module = new WebAssembly.Module(Buffer.from(binary.shared, 'base64'));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, pool: onThreads(exports as unknown as Exports, module, memory, [0, 1024]) };
}

/** What a pool makes of a matrix of 64 × 64, as often as there is time for it. */
async function transposeFor(milliseconds: number): Promise<boolean> {
  const { memory, pool } = makePool();
  const values = new Float32Array(memory.buffer);
  for (let i = 0; i < 64 * 64; i++) values[SOURCE / 4 + i] = i;
  let isRight = true;
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    await new Promise(setImmediate);
    values.fill(0, TARGET / 4, TARGET / 4 + 64 * 64);
    pool.run('transpose', [SOURCE, TARGET, 64, 64], 64, MUCH);
    for (let i = 0; i < 64 * 64; i++) isRight &&= values[TARGET / 4 + (i % 64) * 64 + Math.floor(i / 64)] === i;
  }
  pool.stop();
  return isRight;
}

describe('the threads of our own loops', () => {
  it('take part from the moment in which they listen, and not before', () => {
    // In a process of its own, for a missed round would keep this one waiting for ever.
    const pool = JSON.stringify(new URL('../../../src/backends/wasm/pool-node.ts', import.meta.url).href);
    const code = `
      import { onThreads } from ${pool};
      const module = new WebAssembly.Module(Buffer.from('${binary.shared}', 'base64'));
      for (let i = 0; i < 20; i++) {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        const pool = onThreads(exports, module, memory, [0, 1024]);
        for (const end = Date.now() + 60; Date.now() < end; ) {
          await new Promise(setImmediate);
          pool.run('transpose', [${SOURCE}, ${TARGET}, 8, 8], 8, ${MUCH});
        }
        pool.stop();
      }
      console.log('done');`;
    const flags = ['--conditions=tfjs-zoo-source', '--import', 'tsx', '--input-type=module', '-e', code];
    const { stdout } = spawnSync(process.execPath, flags, { encoding: 'utf8', timeout: 30_000 });
    expect(stdout).to.equal('done\n');
  });

  it('compute the same as one', async () => {
    expect(await transposeFor(200)).to.equal(true);
  });

  for (const [when, isAtOnce] of [
    ['at once', true],
    ['a little later', false],
  ] as const) {
    it(`are done without where they fail ${when}`, async () => {
      const builtin = process.getBuiltinModule('node:worker_threads') as { Worker: typeof threads.Worker };
      const { Worker } = builtin;
      builtin.Worker = class extends Worker {
        constructor(_: string, options: threads.WorkerOptions) {
          if (isAtOnce) throw new Error('EAGAIN');
          super("throw new Error('no thread')", options);
        }
      };
      try {
        expect(await transposeFor(200)).to.equal(true);
      } finally {
        builtin.Worker = Worker;
      }
    });
  }
});
