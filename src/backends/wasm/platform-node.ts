import { MAX_THREADS, type Platform, type ProgramFiles, pathOf } from './platform.js';

export const threadsThere: Platform['threadsThere'] = () => {
  const cores = process.getBuiltinModule('node:os').availableParallelism();
  const most = MAX_THREADS;
  if (cores > most) return { threads: most, threadsReason: `of ${cores} cores, as many as find work`, most };
  return { threads: cores, threadsReason: 'as many as there are cores', most };
};

/** Found by ourselves, for in Node tfjs finds only what has memory of its own: https://github.com/tensorflow/tfjs/issues/3830 */
export const findProgram: Platform['findProgram'] = async (name, wasmPaths) => {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const folder = '@tensorflow/tfjs-backend-wasm/wasm-out/';
  const script = name.replace(/wasm-simd$/, 'wasm'); // one runs both programs
  const path = (wasmPaths && pathOf(name, wasmPaths)) ?? require.resolve(`${folder}${name}.wasm`);
  const factory: ProgramFiles['factory'] = require(`${folder}${script}.js`);
  return { factory: (settings) => withoutListeners(() => factory(settings)), bytes: await readFile(path) };
};

/**
 * Runs Emscripten's start, and takes away what it leaves in the process: listeners that throw every error of the application again,
 * with the whole of a source file for a message.
 */
function withoutListeners<T>(start: () => T): T {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as 'uncaughtException')));
  try {
    return start();
  } finally {
    for (const event of events) {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before.has(listener)) process.removeListener(event, listener);
      }
    }
  }
}

export const startThread: Platform['startThread'] = (code, data) => {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const start = `
    const { parentPort, workerData } = require('node:worker_threads');
    run(workerData, () => parentPort.postMessage('ready'));`;
  const worker = new Worker(`${code}${start}`, { eval: true, execArgv: [], workerData: data });
  const isReady = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject); // from here on nobody could make good what is missing, and the process is to end
      worker.unref(); // else it never would
      resolve();
    });
  });
  return { isReady, stop: () => void worker.terminate() };
};
