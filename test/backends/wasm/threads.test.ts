import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { runNode } from '../../cli/support.js';
import { makeProject, root } from '../../docs/support.js';

/** Runs a program of a user's, in plain Node, with the built package. */
async function runProgram(code: string, flags: readonly string[] = []) {
  const project = makeProject();
  try {
    writeFileSync(join(project.folder, 'program.mjs'), code);
    return await runNode([...flags, 'program.mjs'], { cwd: project.folder, env: cleanEnv() });
  } finally {
    project.remove();
  }
}

/** Without what mocha's own Node was told. */
function cleanEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing failed',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe("the wasm backend's threads in Node", () => {
  // Another test may have left tensors on wasm, which would keep it from starting again.
  const start = tf.findBackendFactory('wasm');
  beforeEach(async () => {
    await backends.use('cpu');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', start, 2);
  });
  after(() => backends.use('wasm'));

  it('are as many as the cores, by themselves', async () => {
    const { threads, threadsReason, simd } = await backends.use('wasm');
    expect(threads).to.equal(Math.min(availableParallelism(), 8));
    expect(threadsReason).to.match(
      availableParallelism() <= 8 ? /^as many as there are cores$/ : /as many as find work/,
    );
    expect(simd).to.equal(true);
  });

  it('are as many as asked for, and give the same numbers', async () => {
    const results: number[][] = [];
    for (const threads of [1, 2, 3, 8]) {
      const info = await backends.use('wasm', { threads });
      expect(info).to.include({ threads, threadsReason: 'asked for' });
      const y = tf.tidy(() => {
        const x = tf.sin(tf.reshape(tf.range(0, 2 * 9 * 9 * 8), [2, 9, 9, 8]));
        const weight = tf.cos(tf.reshape(tf.range(0, 3 * 3 * 8 * 16), [3, 3, 8, 16]));
        return nn.functional.conv2d(x, weight, { padding: 1 });
      });
      results.push([...(await y.data())]);
      y.dispose();
    }
    for (const result of results.slice(1)) expect(result).to.deep.equal(results[0]);
  });

  it('give the same bits, however many there are', async () => {
    const outputs = new Set<string>();
    for (const threads of [1, 2, 4]) {
      await backends.use('wasm', { threads });
      const x = tf.randomNormal([1, 4096], 0, 1, 'float32', 1);
      const weight = tf.randomNormal([4096, 1000], 0, 1, 'float32', 2); // large enough to be divided, as are the others
      for (let i = 0; i < 10; i++) {
        const y = tf.tidy(() => {
          const image = tf.reshape(x, [1, 16, 16, 16]);
          const kernels = [3, 4].map((size) =>
            tf.reshape(tf.slice(tf.reshape(weight, [-1]), 0, size ** 2 * 16 * 400), [size, size, 16, 400]),
          );
          const rows = nn.functional.linear(tf.reshape(x, [32, 128]), tf.slice(weight, 0, [128, 1000]));
          const outputs = kernels.map((kernel) => nn.functional.conv2d(image, kernel as tf.Tensor4D, { padding: 1 }));
          return tf.concat([nn.functional.linear(x, weight), rows, ...outputs].map((each) => tf.reshape(each, [-1])));
        });
        outputs.add(Buffer.from((await y.data<'float32'>()).slice().buffer).toString('base64'));
        y.dispose();
      }
      tf.dispose([x, weight]);
    }
    expect(outputs.size).to.equal(1);
  });

  it('are not changed under tensors', async () => {
    await backends.use('wasm', { threads: 2 });
    const x = tf.ones([2]);
    expect(await failureOf(backends.use('wasm', { threads: 1 }))).to.match(
      /^ZooError: backends\.use: expected 2 threads, on which wasm runs and holds \d+ tensors, got 1\. Choose the threads before the first tensor\.$/,
    );
    expect(await backends.use('wasm', { threads: 2 })).to.include({ threads: 2 });
    expect([...(await x.data())]).to.deep.equal([1, 1]);
    x.dispose();
    expect(await backends.use('wasm', { threads: 1 })).to.include({ threads: 1 });
  });

  it('are a whole number from 1 to 8', async () => {
    for (const threads of [0, 9, 1.5, -1, Number.NaN, '2']) {
      expect(await failureOf(backends.use('wasm', { threads: threads as number }))).to.equal(
        `ZooError: backends.use: expected threads from 1 to 8, got ${threads === '2' ? "'2'" : threads}. Leave it out for as many as there are cores.`,
      );
    }
  });

  it('are there with binaries that lie elsewhere; where they do not, it says so', async () => {
    const wasmPaths = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/');
    expect(await backends.use('wasm', { threads: 2, wasmPaths })).to.include({
      threads: 2,
      threadsReason: 'asked for',
    });
    expect(await failureOf(backends.use('wasm', { threads: 1, wasmPaths: '/nowhere/' }))).to.equal(
      "ZooError: backends.use: expected wasm to start, got: ENOENT: no such file or directory, open '/nowhere/tfjs-backend-wasm-simd.wasm'",
    );
  });

  it('end with the program, and leave nothing behind in it', async () => {
    const { code, stdout, stderr } = await runProgram(`
      import * as tf from '@tensorflow/tfjs';
      import { backends } from 'tfjs-zoo';
      const { threads } = await backends.use('wasm', { threads: 2 });
      const [sum] = await tf.sum(tf.ones([3])).data();
      const events = ['uncaughtException', 'unhandledRejection'];
      console.log(threads, sum, typeof Worker, ...events.map((event) => process.listenerCount(event)));
    `);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal('2 3 undefined 0 0\n');
  });

  it('are there for a program that only awaits tf.ready()', async () => {
    const { stdout, stderr } = await runProgram(`
      import * as tf from '@tensorflow/tfjs';
      import { backends } from 'tfjs-zoo';
      await tf.ready();
      console.log(tf.getBackend(), (await backends.use('wasm')).threads);
    `);
    expect([stderr, stdout]).to.deep.equal(['', `wasm ${Math.min(availableParallelism(), 8)}\n`]);
  });

  it("leave a program's own errors as they are", async () => {
    for (const error of ["throw new Error('mine')", "Promise.reject(new Error('mine'))"]) {
      const { code, stderr } = await runProgram(`
        import { backends } from 'tfjs-zoo';
        await backends.use('wasm');
        ${error};
      `);
      expect(code).to.equal(1);
      expect(stderr).to.include('Error: mine').and.have.length.below(1500);
    }
  });

  it('are one, with the reason, where workers are forbidden', async () => {
    const { stdout } = await runProgram(
      `import { backends } from 'tfjs-zoo';
       const { threads, threadsReason } = await backends.use('wasm', { threads: 2 });
       console.log(threads, threadsReason);`,
      ['--experimental-permission', '--allow-fs-read=*'],
    );
    expect(stdout).to.match(/^1 2 did not start: .*(permission|restricted|denied|Access)/i);
  });

  const failures = {
    'at once': "if (++count === 1) throw new Error('EAGAIN'); super(code, options);",
    'a little later': 'super("throw new Error(\'EAGAIN\')", options);',
  };
  for (const [when, begin] of Object.entries(failures)) {
    it(`are one, with the reason, where a worker fails ${when}; the program ends as ever`, async () => {
      const { code, stdout } = await runProgram(`
        const threads = process.getBuiltinModule('node:worker_threads');
        let count = 0;
        threads.Worker = class extends threads.Worker { constructor(code, options) { ${begin} } };
        const { backends } = await import('tfjs-zoo');
        const { threads: number, threadsReason } = await backends.use('wasm', { threads: 2 });
        console.log(number, threadsReason);
      `);
      expect([code, stdout]).to.deep.equal([0, '1 2 did not start: EAGAIN\n']);
    });
  }
});
