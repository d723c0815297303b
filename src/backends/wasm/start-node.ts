import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';

// tfjs's wasm programs started by ourselves, for in Node tfjs starts only the one whose memory cannot be shared:
// https://github.com/tensorflow/tfjs/issues/3830

type WasmModule = ConstructorParameters<typeof BackendWasm>[0];

/** What Emscripten makes of its settings. */
type Program = WasmModule & {
  cwrap(name: string, result: 'number' | null, args: readonly 'number'[]): (...args: number[]) => number;
};
type Imports = Record<string, Record<string, unknown>>;
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

interface Settings {
  locateFile(path: string, prefix: string): string;
  mainScriptUrlOrBlob: string;
  onAbort(reason: unknown): void;
  instantiateWasm(imports: Imports, receive: Receive): object;
}

const folder = '@tensorflow/tfjs-backend-wasm/wasm-out/';

/**
 * Starts the program with SIMD, for one thread: others do our own loops (pool-node.ts).
 * @param isShared whether other threads are to see its memory, which only the program for several threads allows
 */
export async function startInNode(isShared: boolean): Promise<BackendWasm> {
  const name = isShared ? 'tfjs-backend-wasm-threaded-simd' : 'tfjs-backend-wasm';
  const binary = isShared ? name : 'tfjs-backend-wasm-simd';
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const script = require.resolve(`${folder}${name}.js`);
  const bytes = await readFile(require.resolve(`${folder}${binary}.wasm`));
  const factory: (settings: Settings) => Promise<Program> = require(script);

  const program = await new Promise<Program>((resolve, reject) => {
    const settings: Settings = {
      locateFile(path, prefix) {
        // What Emscripten does next is new Worker(path), by the global name that it has set itself.
        if (path.endsWith('.worker.js')) Object.assign(globalThis, { Worker: NoWorker });
        return prefix + path;
      },
      mainScriptUrlOrBlob: script,
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
    };
    withoutTraces(() => factory(settings)).then(resolve, reject);
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
