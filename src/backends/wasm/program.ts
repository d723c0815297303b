import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { findProgram } from '#wasm-platform';
import type { BackendOptions } from '../backend-info.js';
import type { Program, ProgramName } from './platform.js';

/** Starts tfjs's program by ourselves, on one thread: others do our own loops (pool.ts), and tfjs's would take their cores. */
export async function startProgram(name: ProgramName, wasmPaths: BackendOptions['wasmPaths']): Promise<BackendWasm> {
  const { factory, bytes } = await findProgram(name, wasmPaths);
  const program = await new Promise<Program>((resolve, reject) => {
    const start = () =>
      factory({
        locateFile(path, prefix) {
          // What Emscripten does next is new Worker(path).
          if (path.endsWith('.worker.js')) Object.assign(globalThis, { Worker: NoWorker });
          return prefix + path;
        },
        onAbort: reject,
        instantiateWasm(imports, receive) {
          // The program takes half of the cores that it sees for its threads.
          const env = { ...imports.env, emscripten_num_logical_cores: () => 2 };
          WebAssembly.instantiate(bytes, { ...imports, env } as WebAssembly.Imports).then(
            ({ instance, module }) => receive(instance, module),
            reject,
          );
          return {};
        },
      });
    keepingWorker(start).then(resolve, reject);
  });
  nameFunctions(program);
  setThreadsCount(1);
  return new BackendWasm(program);
}

/** In place of the threads that Emscripten makes ahead, waits for, and would never use. */
class NoWorker {
  onmessage?: (event: { data: object }) => void;

  on(): void {}

  unref(): void {}

  terminate(): void {}

  postMessage(): void {
    this.onmessage?.({ data: { cmd: 'loaded' } });
  }
}

/** The global Worker is again what it was, or is not there as before: in Node Emscripten sets one too. */
function keepingWorker<T>(start: () => T): T {
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  try {
    return start();
  } finally {
    if (worker) Object.defineProperty(globalThis, 'Worker', worker);
    else Reflect.deleteProperty(globalThis, 'Worker');
  }
}

/** The functions by which tfjs speaks to its program. */
function nameFunctions(program: Program): void {
  const wrap = (name: string, result: 'number' | null, ...args: 'number'[]) => program.cwrap(name, result, args);
  program.tfjs = {
    init: wrap('init', null),
    initWithThreadsCount: wrap('init_with_threads_count', null, 'number'),
    getThreadsCount: wrap('get_threads_count', 'number'),
    registerTensor: wrap('register_tensor', null, 'number', 'number', 'number'),
    disposeData: wrap('dispose_data', null, 'number'),
    dispose: wrap('dispose', null),
  };
}
