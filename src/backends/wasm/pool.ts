import { startThread } from '#wasm-platform';
import type { Thread } from './platform.js';
import { kernelNames, MAX_PIECES, type Simd, type SimdKernel } from './simd.js';

/** The compiled program's. */
export type Exports = Readonly<Record<SimdKernel, (...args: number[]) => void>> & { setRoom(address: number): void };

/** Fewer numbers are done before another thread has heard of them. */
const WORTH_WAKING = 2 ** 16;
const MAX_ARGUMENTS = 24;

/** A thread that waits looks so often before it sleeps: longer than passes between two ops of a network. */
const SPINS = 50_000;

/** What the threads tell each other, by its place in an Int32Array. */
const ROUND = 0; // changes when there is work
const BUSY = 1; // threads that are at work
const NEXT = 2; // the first piece that nobody has taken
const COUNT = 3;
const STEP = 4; // how many are taken at once
const KERNEL = 5;
const ARGUMENTS = 6; // how many there are
const FAILURES = 7; // threads that did not finish their pieces

/** What a thread runs: it waits for a round, takes pieces of the work as long as there are any, and says so. */
const threadCode = `
  function run({ control, args, kernelNames, module, memory, room }, sayReady) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    exports.setRoom(room);
    const takePieces = ${takePieces};
    let tried = 0; // a bundler may have made it call what is not here
    takePieces((count) => (tried += count) - count, 1, 1, () => {}, args);
    const take = (count) => Atomics.add(control, ${NEXT}, count);
    let round = Atomics.load(control, ${ROUND});
    sayReady();
    for (;;) {
      for (let spin = 0; spin < ${SPINS} && Atomics.load(control, ${ROUND}) === round; spin++);
      // Woken is not called: who woke it may have been slow, and mean the round that it did before it slept.
      while (Atomics.load(control, ${ROUND}) === round) Atomics.wait(control, ${ROUND}, round);
      round = Atomics.load(control, ${ROUND});
      const given = args.slice(0, control[${ARGUMENTS}]);
      try {
        takePieces(take, control[${COUNT}], control[${STEP}], exports[kernelNames[control[${KERNEL}]]], given);
      } catch {
        Atomics.add(control, ${FAILURES}, 1);
      }
      if (Atomics.sub(control, ${BUSY}, 1) === 1) Atomics.notify(control, ${BUSY});
    }
  }
`;

/**
 * Does pieces of the work as long as `take` gives some: who gets little of a processor, beside other programs, takes few. Which pieces
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

/** Many small pieces are taken by eights, as the kernels like them. */
function stepOf(count: number): number {
  return count < 8 * MAX_PIECES ? Math.ceil(count / MAX_PIECES) : 8 * Math.ceil(count / (8 * MAX_PIECES));
}

/** Runs kernels on this thread alone. */
export function onOneThread(exports: Exports): Simd {
  return {
    threads: 1,
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
 * @throws what the first thread failed with that does not start
 */
export async function onThreads(
  exports: Exports,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  rooms: readonly number[],
): Promise<Simd & { stop(): void }> {
  const control = new Int32Array(new SharedArrayBuffer(8 * 4));
  const args = new Float64Array(new SharedArrayBuffer(MAX_ARGUMENTS * 8));
  const others: Thread[] = [];
  const stop = () => others.forEach((thread) => void thread.stop());
  try {
    for (const room of rooms.slice(1)) {
      others.push(startThread(threadCode, { control, args, kernelNames, module, memory, room }));
    }
    await Promise.all(others.map(({ isReady }) => isReady));
  } catch (error) {
    stop();
    throw error;
  }
  const alone = onOneThread(exports);
  const take = (count: number) => Atomics.add(control, NEXT, count);
  const wait = maySleep() ? (busy: number) => Atomics.wait(control, BUSY, busy) : () => {};

  const run: Simd['run'] = (kernel, given, count, numbers) => {
    if (numbers < WORTH_WAKING) return alone.run(kernel, given, count, numbers);
    args.set(given);
    const step = stepOf(count);
    control.set([others.length, 0, count, step, kernelNames.indexOf(kernel), given.length, 0], BUSY);
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    try {
      takePieces(take, count, step, exports[kernel], given);
    } finally {
      for (let spin = 0; spin < SPINS && Atomics.load(control, BUSY) > 0; spin++);
      for (let busy = Atomics.load(control, BUSY); busy > 0; busy = Atomics.load(control, BUSY)) wait(busy);
    }
    if (control[FAILURES])
      throw new Error(`${kernel}: expected all threads to finish, got ${control[FAILURES]} that failed.`);
  };
  return { threads: rooms.length, run, stop };
}

/** Whether this thread may wait without looking all the time, as the one that draws a page may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1); // not 1, so there is nothing to wait for
    return true;
  } catch {
    return false;
  }
}
