import type { Worker } from 'node:worker_threads';
import { kernelNames, type Simd, type SimdKernel } from './simd.js';

/** The compiled program's. */
export type Exports = Readonly<Record<SimdKernel, (...args: number[]) => void>> & { setRoom(address: number): void };

/** With fewer numbers a thread gets in the way more than it helps: tfjs' own keep their cores busy for a while after each op. */
const WORTH_WAKING = 2 ** 21;
const MAX_ARGUMENTS = 16;

/** Into so many pieces for each thread work is divided. */
const PIECES = 16;

/** A thread that waits looks so often before it sleeps: about as long as passes between two linear layers. */
const SPINS = 20_000;

/**
 * What a thread runs: it waits for a round, takes pieces of the work as long as there are any, and says so. `control` holds the number of
 * the round, how many threads are at work, the first piece that nobody has taken, how many there are and how many are taken at once, which
 * kernel it is, and its count of arguments.
 */
const threadCode = `
  const { workerData } = require('node:worker_threads');
  const { control, args, kernelNames, module, memory, room, part, spins } = workerData;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.setRoom(room);
  const takePieces = ${takePieces};
  for (let round = Atomics.load(control, 0); ; ) {
    for (let spin = 0; spin < spins && Atomics.load(control, 0) === round; spin++);
    Atomics.wait(control, 0, round);
    round = Atomics.load(control, 0);
    try {
      takePieces(control, exports[kernelNames[control[5]]], args.slice(0, control[6]), part);
    } finally {
      if (Atomics.sub(control, 1, 1) === 1) Atomics.notify(control, 1); // whatever happened, nobody waits for ever
    }
  }
`;

/** Plain enough to be run by the others as text. Who gets little of a processor, beside tfjs' own threads, takes few pieces. */
function takePieces(
  control: Int32Array,
  kernel: (...args: number[]) => void,
  args: Iterable<number>,
  part: number,
): void {
  const [, , , count, step] = control as unknown as [number, number, number, number, number];
  for (let from = Atomics.add(control, 2, step); from < count; from = Atomics.add(control, 2, step)) {
    kernel(...args, from, Math.min(from + step, count), part);
  }
}

/** Runs kernels on this thread alone. */
export function onOneThread(exports: Exports): Simd {
  return { parts: 1, run: (kernel, args, count) => exports[kernel](...args, 0, count, 0) };
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
  const control = new Int32Array(new SharedArrayBuffer(7 * 4));
  const args = new Float64Array(new SharedArrayBuffer(MAX_ARGUMENTS * 8));
  const alone = onOneThread(exports);
  const parts = rooms.length;
  let ready = 1;
  const workers = rooms.slice(1).map((room, i): Worker => {
    const workerData = { control, args, kernelNames, module, memory, room, part: i + 1, spins: SPINS };
    const worker = new Worker(threadCode, { eval: true, execArgv: [], workerData });
    worker.unref(); // else the process would never end
    return worker.once('online', () => ready++);
  });

  const run: Simd['run'] = (kernel, given, count, numbers) => {
    if (numbers < WORTH_WAKING || ready < parts) return alone.run(kernel, given, count, numbers);
    args.set(given);
    const step = 8 * Math.ceil(count / (8 * PIECES * parts)); // the kernels like eights
    control.set([parts - 1, 0, count, step, kernelNames.indexOf(kernel), given.length], 1);
    Atomics.add(control, 0, 1);
    Atomics.notify(control, 0);
    takePieces(control, exports[kernel], given, 0);
    for (let spin = 0; spin < SPINS && Atomics.load(control, 1) > 0; spin++);
    for (let left = Atomics.load(control, 1); left > 0; left = Atomics.load(control, 1)) Atomics.wait(control, 1, left);
  };
  return { parts, run, stop: () => workers.forEach((worker) => void worker.terminate()) };
}
