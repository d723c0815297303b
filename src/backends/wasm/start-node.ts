import type { Worker } from 'node:worker_threads';
import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';

// tfjs's wasm programs started by ourselves, for tfjs starts no threads in Node: https://github.com/tensorflow/tfjs/issues/3830

type WasmModule = ConstructorParameters<typeof BackendWasm>[0];

/** What Emscripten makes of its settings: the same object. Without threads it has no PThread. */
type Program = WasmModule & {
  readonly PThread?: { readonly unusedWorkers: Worker[]; readonly runningWorkers: Worker[] };
  cwrap(name: string, result: 'number' | null, args: readonly 'number'[]): (...args: number[]) => number;
};
type Imports = Record<string, Record<string, unknown>>;
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

interface Settings {
  locateFile(path: string, prefix: string): string;
  mainScriptUrlOrBlob: string;
  onAbort(reason: unknown): void;
  instantiateWasm(this: Program, imports: Imports, receive: Receive): object;
}

const folder = '@tensorflow/tfjs-backend-wasm/wasm-out/';

/** Starts the program with SIMD, on as many threads as asked for; they end with the process. */
export async function startInNode(threads: number): Promise<BackendWasm> {
  const name = threads > 1 ? 'tfjs-backend-wasm-threaded-simd' : 'tfjs-backend-wasm';
  const binary = threads > 1 ? name : 'tfjs-backend-wasm-simd';
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const script = require.resolve(`${folder}${name}.js`);
  const bytes = await readFile(require.resolve(`${folder}${binary}.wasm`));
  const factory: (settings: Settings) => Promise<Program> = require(script);
  const source: string = threads > 1 ? require(`${folder}${name}.worker.js`).wasmWorkerContents : '';
  const workers: Worker[] = [];
  let isStarted = false;

  const start = new Promise<Program>((resolve, reject) => {
    const ThreadWorker = threadWorker(source, workers, (error) => {
      if (isStarted) throw error;
      reject(error);
    });
    const settings: Settings = {
      locateFile(path, prefix) {
        // What Emscripten does next is new Worker(path), by the global name that it has set itself.
        if (path.endsWith('.worker.js')) Object.assign(globalThis, { Worker: ThreadWorker });
        return prefix + path;
      },
      mainScriptUrlOrBlob: script,
      onAbort: reject,
      instantiateWasm(imports, receive) {
        // It has started a pool of eight, and would wait for all of them; one more than run is what it needs.
        for (const worker of this.PThread?.unusedWorkers.splice(threads) ?? []) worker.terminate();
        // Half of the cores that the program sees is the most that it uses.
        const env = { ...imports.env, emscripten_num_logical_cores: () => 2 * threads };
        WebAssembly.instantiate(bytes, { ...imports, env } as WebAssembly.Imports).then(
          ({ instance, module }) => receive(instance, module),
          reject,
        );
        return {};
      },
    };
    withoutTraces(() => factory(settings)).then(resolve, reject);
  });
  const program = await start.catch((error) => {
    for (const worker of workers) worker.terminate(); // else the process would never end
    throw error;
  });
  isStarted = true;
  nameFunctions(program);
  setThreadsCount(threads);
  const backend = new BackendWasm(program);
  for (const worker of program.PThread?.runningWorkers ?? []) worker.unref(); // else the process would never end
  return backend;
}

/** A worker that runs tfjs's source for one, and neither a file nor what the process was told to run first, such as tsx. */
function threadWorker(source: string, workers: Worker[], onError: (error: Error) => void) {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const code = source.replaceAll('\n', '\\n'); // the line ends in its strings have lost their backslash
  return class extends Worker {
    constructor() {
      super(`globalThis.__dirname = '';${code}`, { eval: true, execArgv: [] });
      workers.push(this);
      // Emscripten's own listener throws, where nobody can catch it.
      const on = this.on.bind(this) as (event: string, listener: (...args: never[]) => void) => this;
      this.on = (event: string, listener: (...args: never[]) => void) =>
        on(event, event === 'error' ? onError : listener);
    }
  };
}

/**
 * Runs Emscripten's start, and takes away what it leaves in the process: a global Worker, and listeners that throw every error
 * of the application again, with the whole of a source file for a message.
 */
function withoutTraces<T>(start: () => T): T {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as 'uncaughtException')));
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  try {
    return start();
  } finally {
    for (const event of events) {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before.has(listener)) process.removeListener(event, listener);
      }
    }
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
