import type { Worker } from 'node:worker_threads';
import { kernelNames, MAX_PIECES, type Simd, type SimdKernel } from './simd.js';

/** The compiled program's. */
export type Exports = Readonly<Record<SimdKernel, (...args: number[]) => void>> & { setRoom(address: number): void };

/** With fewer numbers a thread gets in the way more than it helps: tfjs' own keep their cores busy for a while after each op. */
const WORTH_WAKING = 2 ** 21;
const MAX_ARGUMENTS = 16;

/** A thread that waits looks so often before it sleeps: about as long as passes between two linear layers. */
const SPINS = 20_000;

/** What the threads tell each other, by its place in an Int32Array. */
const ROUND = 0; // changes when there is work
const BUSY = 1; // threads that are at work
const NEXT = 2; // the first piece that nobody has taken
const COUNT = 3;
const STEP = 4; // how many are taken at once
const KERNEL = 5;
const ARGUMENTS = 6; // how many there are
const READY = 7; // threads that have started

/** What a thread runs: it waits for a round, takes pieces of the work as long as there are any, and says so. */
const threadCode = `
  const { workerData } = require('node:worker_threads');
  const { control, args, kernelNames, module, memory, room } = workerData;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.setRoom(room);
  const takePieces = ${takePieces};
  let round = Atomics.load(control, ${ROUND});
  Atomics.add(control, ${READY}, 1); // not sooner, for whoever misses a round is waited for without end
  for (;;) {
    for (let spin = 0; spin < ${SPINS} && Atomics.load(control, ${ROUND}) === round; spin++);
    Atomics.wait(control, ${ROUND}, round);
    round = Atomics.load(control, ${ROUND});
    const take = (count) => Atomics.add(control, ${NEXT}, count);
    try {
      takePieces(take, control[${COUNT}], control[${STEP}], exports[kernelNames[control[${KERNEL}]]], args.slice(0, control[${ARGUMENTS}]));
    } catch (error) {
      Atomics.sub(control, ${READY}, 1);
      throw error;
    } finally {
      if (Atomics.sub(control, ${BUSY}, 1) === 1) Atomics.notify(control, ${BUSY}); // whatever happened, nobody waits for ever
    }
  }
`;

/**
 * Does pieces of the work as long as `take` gives some: who gets little of a processor, beside tfjs' own threads, takes few. Which pieces
 * there are does not depend on who does them, so results do not either. Plain enough to be run by the others as text.
 */
function takePieces(
  take: (count: number) => number,
  count: number,
  step: number,
  kernel: (...args: number[]) => void,
  args: Iterable<number>,
): void {
  for (let from = take(step); from < count; from = take(step)) {
    kernel(...args, from, Math.min(from + step, count), from / step);
  }
}

/** The kernels like eights. */
function stepOf(count: number): number {
  return 8 * Math.ceil(count / (8 * MAX_PIECES));
}

/** Runs kernels on this thread alone. */
export function onOneThread(exports: Exports): Simd {
  return {
    run(kernel, args, count) {
      let next = 0;
      const take = (step: number) => {
        next += step;
        return next - step;
      };
      takePieces(take, count, stepOf(count), exports[kernel], args);
    },
  };
}

/**
 * Runs kernels on this thread and on others, which share its memory. tfjs has a pool of its own, but gives nobody access to it.
 * @param rooms for each thread, where it may write as it likes
 */
export function onThreads(
  exports: Exports,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  rooms: readonly number[],
): Simd & { stop(): void } {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const control = new Int32Array(new SharedArrayBuffer(8 * 4));
  const args = new Float64Array(new SharedArrayBuffer(MAX_ARGUMENTS * 8));
  const alone = onOneThread(exports);
  const workers = rooms.slice(1).flatMap((room): Worker[] => {
    const workerData = { control, args, kernelNames, module, memory, room };
    try {
      const worker = new Worker(threadCode, { eval: true, execArgv: [], workerData });
      worker.unref(); // else the process would never end
      // One that does not start is done without; one that breaks down has left a result unfinished.
      worker.once('error', (error) => {
        if (Atomics.load(control, ROUND) > 0) throw error;
      });
      return [worker];
    } catch {
      return []; // no more threads for this process
    }
  });
  const take = (count: number) => Atomics.add(control, NEXT, count);

  const run: Simd['run'] = (kernel, given, count, numbers) => {
    const isReady = Atomics.load(control, READY) === workers.length;
    if (numbers < WORTH_WAKING || !isReady) return alone.run(kernel, given, count, numbers);
    args.set(given);
    const step = stepOf(count);
    control.set([workers.length, 0, count, step, kernelNames.indexOf(kernel), given.length], BUSY);
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    takePieces(take, count, step, exports[kernel], given);
    for (let spin = 0; spin < SPINS && Atomics.load(control, BUSY) > 0; spin++);
    for (let busy = Atomics.load(control, BUSY); busy > 0; busy = Atomics.load(control, BUSY)) {
      Atomics.wait(control, BUSY, busy);
    }
  };
  return { run, stop: () => workers.forEach((worker) => void worker.terminate()) };
}
